/// The order in which a fleet is fitted: series with the same times of observation follow one another.
struct FleetOrder {
    private let order: [Int]

    init(_ panel: [TimeSeries]) {
        let keys = panel.map(Self.key)
        var groups: [Int: Int] = [:]
        let group = keys.map { key -> Int in
            if let known = groups[key] { return known }
            groups[key] = groups.count
            return groups.count - 1
        }
        order = panel.indices.sorted { (group[$0], $0) < (group[$1], $1) }
    }

    subscript(position: Int) -> Int { order[position] }

    /// A fingerprint of the times of the observed rows; equal keys only bring series together, nothing depends on it.
    private static func key(_ series: TimeSeries) -> Int {
        var hash = 0
        for row in 0..<min(series.times.count, series.values.count) {
            let observed = series.values[row].isNaN ? 0 : series.times[row]
            hash = (hash &* 0x9E37_79B1 &+ observed) ^ (hash >> 29)
        }
        return hash
    }
}
