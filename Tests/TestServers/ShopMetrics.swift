import Foundation

/// What a cluster's Prometheus has on Deployment `web` of namespace `shop`: three pods of two containers, and around them
/// everything that must not be taken for it.
public struct ShopMetrics: Sendable {
    /// A Friday, 12:00 UTC.
    public static let end = 1_767_960_000
    /// The ReplicaSet of its pods.
    public static let replicaSet = "web-5d4f8c9b7"
    /// Its pods.
    public static let pods = ["web-5d4f8c9b7-x2bcd", "web-5d4f8c9b7-x4fgh", "web-5d4f8c9b7-x6jkl"]

    /// What was written.
    public private(set) var metrics = MetricsText()
    /// The first scrape.
    public let start: Int
    /// The last scrape.
    public let end: Int
    /// Where the Deployment is.
    public let namespace: String
    /// Seconds between two scrapes.
    public let interval: Int

    /// No metrics yet, over so many days.
    public init(days: Int, interval: Int = 60, end: Int = Self.end, namespace: String = "shop") {
        start = end - days * 86_400
        self.end = end
        self.interval = interval
        self.namespace = namespace
    }

    /// The metrics as `promtool` takes them.
    public var text: String { metrics.text }

    /// Cores that one pod uses at a moment: a day's wave, a little more for every pod.
    public static func cores(pod: Int, at time: Int) -> Double {
        0.2 + 0.1 * Double(pod) + 0.1 * sin(Double(time) / 86_400 * 2 * .pi)
    }

    /// Bytes that one pod uses at a moment.
    public static func bytes(pod: Int, at time: Int) -> Double {
        (200 + 10 * Double(pod) + 20 * sin(Double(time) / 86_400 * 2 * .pi)) * 1_048_576
    }

    /// The labels of a container, as the kubelet and a scrape give them.
    public func labels(_ pod: String, container: String = "app", namespace: String? = nil) -> [String: String] {
        [
            "namespace": namespace ?? self.namespace, "pod": pod, "container": container, "instance": "node-1:10250",
            "job": "kubelet",
        ]
    }

    /// Adds a counter of CPU seconds, which starts at `from` and is set back at `restarts`, as a restarted container's is.
    public mutating func addCPU(
        _ labels: [String: String], from: Int? = nil, until: Int? = nil, restarts: [Int] = [],
        cores: (Int) -> Double
    ) {
        let (interval, begin) = (interval, from ?? start)
        var seconds = 0.0
        var points: [(Int, Double)] = []
        for time in stride(from: begin, through: until ?? end, by: interval) {
            if restarts.contains(time) {
                seconds = 0
            } else if time > begin {
                seconds += cores(time) * Double(interval)
            }
            points.append((time, seconds))
        }
        metrics.add("container_cpu_usage_seconds_total", labels, points)
    }

    /// Adds a gauge.
    public mutating func addGauge(
        _ metric: String, _ labels: [String: String], from: Int? = nil, until: Int? = nil, value: (Int) -> Double
    ) {
        metrics.add(
            metric, labels, stride(from: from ?? start, through: until ?? end, by: interval).map { ($0, value($0)) })
    }

    /// Adds a working set.
    public mutating func addMemory(
        _ labels: [String: String], from: Int? = nil, until: Int? = nil, bytes: (Int) -> Double
    ) {
        addGauge("container_memory_working_set_bytes", labels, from: from, until: until, value: bytes)
    }

    /// The Deployment's own pods, all of the time.
    public mutating func addWeb(pods count: Int = 3, from: Int? = nil, until: Int? = nil) {
        for (index, pod) in Self.pods.prefix(count).enumerated() {
            addCPU(labels(pod), from: from, until: until) { Self.cores(pod: index, at: $0) }
            addMemory(labels(pod), from: from, until: until) { Self.bytes(pod: index, at: $0) }
        }
    }
}
