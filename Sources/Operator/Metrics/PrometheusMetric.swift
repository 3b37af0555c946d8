import Foundation
import Metrics
import Threading

/// One metric with one set of labels.
final class PrometheusMetric: Sendable {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private struct State {
        var value = 0.0
        /// Of a histogram: how many fell into each bucket, not cumulative; the last is everything above.
        var counts: [Int] = []
        var sum = 0.0
    }

    let kind: Kind
    private let scale: Double
    private let state: Locked<State>

    init(kind: Kind, scale: Double) {
        self.kind = kind
        self.scale = scale
        var state = State()
        if kind == .histogram { state.counts = Array(repeating: 0, count: PrometheusRegistry.buckets.count + 1) }
        self.state = Locked(state)
    }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        guard kind == .histogram else {
            text += "\(name)\(suffix) \(Self.format(state.value))\n"
            return
        }
        let separator = labels.isEmpty ? "" : ","
        var cumulative = 0
        for (bound, count) in zip(PrometheusRegistry.buckets.map(Self.format) + ["+Inf"], state.counts) {
            cumulative += count
            text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(cumulative)\n"
        }
        text += "\(name)_sum\(suffix) \(Self.format(state.sum))\n\(name)_count\(suffix) \(cumulative)\n"
    }

    private func observe(_ value: Double) {
        let scaled = value * scale
        state.withLock { state in
            switch kind {
            case .gauge: state.value = scaled
            case .counter: state.value += scaled
            case .histogram:
                state.counts[
                    PrometheusRegistry.buckets.firstIndex { scaled <= $0 } ?? PrometheusRegistry.buckets.count] += 1
                state.sum += scaled
            }
        }
    }

    private static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}

extension PrometheusMetric: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler, TimerHandler {
    func increment(by amount: Int64) { observe(Double(amount)) }
    func increment(by amount: Double) { observe(amount) }
    func decrement(by amount: Double) { state.withLock { $0.value -= amount } }
    func reset() { state.withLock { $0.value = 0 } }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
    func set(_ value: Int64) { observe(Double(value)) }
    func set(_ value: Double) { observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration)) }
}
