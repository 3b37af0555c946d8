/// Writes the samples of a metrics history in the OpenMetrics format, as `promtool` takes it.
public struct MetricsText: Sendable {
    /// What was written.
    public private(set) var text = ""

    /// Nothing yet.
    public init() {}

    /// Adds one series, its points in the order of time.
    public mutating func add(_ metric: String, _ labels: [String: String], _ points: some Sequence<(Int, Double)>) {
        let conditions = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }
        let name = "\(metric){\(conditions.joined(separator: ","))} "
        for (time, value) in points { text += "\(name)\(value) \(time)\n" }
    }
}
