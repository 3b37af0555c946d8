import Foundation
public import Metrics
import Threading

/// A swift-metrics backend that keeps every metric in memory and writes it in Prometheus' text format.
///
/// Labels of swift-metrics become metric names, dimensions become labels. Counters and gauges keep a number,
/// recorders and timers a histogram; a timer's nanoseconds are written in seconds, Prometheus' base unit.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// Upper bounds of the histogram buckets, controller-runtime's for reconcile times, in seconds.
    static let buckets: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5,
        1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ]

    private struct Key: Hashable {
        let name: String
        let labels: String
    }

    private let metrics = Locked<[Key: PrometheusMetric]>([:])

    /// Makes an empty registry.
    public init() {}

    /// Every metric, sorted by name, in the text format version 0.0.4.
    public func exposition() -> String {
        let byName = Dictionary(grouping: metrics.withLock { $0 }, by: \.key.name)
        var text = ""
        for (name, family) in byName.sorted(by: { $0.key < $1.key }) {
            guard let kind = family.first?.value.kind else { continue }
            text += "# TYPE \(name) \(kind)\n"
            for (key, metric) in family.sorted(by: { $0.key.labels < $1.key.labels }) {
                metric.write(name: name, labels: key.labels, to: &text)
            }
        }
        return text
    }

    private func metric(
        _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusMetric.Kind, scale: Double = 1
    ) -> PrometheusMetric {
        let labels = dimensions.sorted { $0.0 < $1.0 }
            .map { "\(Self.sanitized($0.0))=\"\(Self.escaped($0.1))\"" }
            .joined(separator: ",")
        let key = Key(name: Self.sanitized(label), labels: labels)
        return metrics.withLock { metrics in
            if let known = metrics[key] { return known }
            let made = PrometheusMetric(kind: kind, scale: scale)
            metrics[key] = made
            return made
        }
    }

    private func forget(_ metric: PrometheusMetric) {
        metrics.withLock { metrics in metrics = metrics.filter { $0.value !== metric } }
    }

    private static func sanitized(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func escaped(_ value: String) -> String {
        value.replacingOccurrences(of: "\\", with: "\\\\")
            .replacingOccurrences(of: "\"", with: "\\\"")
            .replacingOccurrences(of: "\n", with: "\\n")
    }
}

// The protocol's requirements; swift-metrics documents them.
extension PrometheusRegistry {
    /// Makes or finds a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        metric(label, dimensions, .counter)
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        metric(label, dimensions, .counter)
    }

    /// Makes or finds a histogram where `aggregate` is set, a gauge where not.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        metric(label, dimensions, aggregate ? .histogram : .gauge)
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        metric(label, dimensions, .gauge)
    }

    /// Makes or finds a histogram in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        metric(label, dimensions, .histogram, scale: 1e-9)
    }

    /// Forgets a counter.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    /// Forgets a counter of fractions.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    /// Forgets a recorder.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    /// Forgets a timer.
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: AnyObject) {
        if let metric = handler as? PrometheusMetric { forget(metric) }
    }
}
