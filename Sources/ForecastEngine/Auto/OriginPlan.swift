/// Where a history is cut to hold data out: `count` cuts, `stride` steps apart, each followed by `length` steps.
struct OriginPlan: Hashable, Sendable {
    /// How many steps each cut leaves for training, oldest first.
    var cuts: [Int]
    /// How many steps are forecast after each cut.
    var length: Int
    /// How many steps lie between two cuts.
    var stride: Int

    /// Plans at most `most` cuts; none where the history is too short to hold anything out.
    ///
    /// A third of the history, and where possible two seasons, always come before the first cut. Cuts lie a whole
    /// horizon apart where the history is long enough for that, closer where it is not.
    init(count n: Int, horizon: Int, season: Int, most: Int) {
        length = max(1, min(horizon, n / 4))
        let least = max(2, n / 3, min(2 * season, n / 2))
        let room = n - least - length
        guard room >= 0 else {
            cuts = []
            stride = length
            return
        }
        stride = most < 2 ? length : min(length, max(1, room / (most - 1)))
        // Cuts closer than a quarter of the horizon would count the same errors again and again.
        stride = max(stride, max(1, length / 4))
        let count = min(most, room / stride + 1)
        let last = n - length
        let step = stride
        cuts = (0..<count).reversed().map { last - $0 * step }
    }

    /// How many horizons the held-out steps hold, overlapping ones counted in part.
    var horizons: Double { cuts.isEmpty ? 0 : 1 + Double((cuts.count - 1) * stride) / Double(length) }
}
