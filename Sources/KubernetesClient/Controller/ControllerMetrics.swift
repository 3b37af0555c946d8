import Metrics

/// The metrics of controllers, by controller-runtime's names.
enum ControllerMetrics {
    enum Outcome: String {
        case success
        case error
        case requeueAfter = "requeue_after"
        case terminal
    }

    static func record(_ controller: String, outcome: Outcome, _ duration: Duration) {
        let result = outcome == .terminal ? "error" : outcome.rawValue
        Counter(
            label: "controller_runtime_reconcile_total",
            dimensions: [("controller", controller), ("result", result)]
        ).increment()
        if outcome == .error || outcome == .terminal {
            counter("controller_runtime_reconcile_errors_total", controller).increment()
        }
        if outcome == .terminal {
            counter("controller_runtime_terminal_reconcile_errors_total", controller).increment()
        }
        Timer(label: "controller_runtime_reconcile_time_seconds", dimensions: [("controller", controller)])
            .recordNanoseconds(Int64(duration.seconds * 1e9))
    }

    static func active(_ controller: String, _ change: Int) {
        let meter = Meter(label: "controller_runtime_active_workers", dimensions: [("controller", controller)])
        if change > 0 { meter.increment(by: Double(change)) } else { meter.decrement(by: Double(-change)) }
    }

    private static func counter(_ label: String, _ controller: String) -> Counter {
        Counter(label: label, dimensions: [("controller", controller)])
    }
}
