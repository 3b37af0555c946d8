/// Maps a domain of values to pixels; values outside stop at the edge.
struct LinearScale: Hashable {
    var lower: Double
    var upper: Double
    /// The pixel of `lower`.
    var start: Double
    /// The pixel of `upper`.
    var end: Double

    func callAsFunction(_ value: Double) -> Double {
        let share = (value - lower) / (upper - lower)
        guard share.isFinite else { return start }
        return start + min(max(share, 0), 1) * (end - start)
    }
}
