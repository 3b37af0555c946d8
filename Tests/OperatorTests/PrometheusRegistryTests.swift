import Metrics
import Testing

@testable import Operator

struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry()

    @Test func `a counter adds up by its labels`() {
        let ok = registry.makeCounter(label: "requests_total", dimensions: [("code", "200"), ("a", "x\"y")])
        ok.increment(by: 2)
        registry.makeCounter(label: "requests_total", dimensions: [("a", "x\"y"), ("code", "200")]).increment(by: 1)
        registry.makeCounter(label: "requests_total", dimensions: [("code", "500")]).increment(by: 1)
        #expect(
            registry.exposition() == """
                # TYPE requests_total counter
                requests_total{a="x\\"y",code="200"} 3
                requests_total{code="500"} 1

                """)
    }

    @Test func `a gauge keeps the last value`() {
        let depth = registry.makeMeter(label: "workqueue_depth", dimensions: [])
        depth.set(Int64(4))
        depth.set(1.5)
        #expect(registry.exposition() == "# TYPE workqueue_depth gauge\nworkqueue_depth 1.5\n")
    }

    @Test func `a timer is a histogram in seconds with cumulative buckets`() {
        let time = registry.makeTimer(label: "reconcile_seconds", dimensions: [("controller", "fm")])
        time.recordNanoseconds(7_000_000)
        time.recordNanoseconds(2_000_000_000)
        time.recordNanoseconds(90_000_000_000)
        let lines = registry.exposition().split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE reconcile_seconds histogram")
        #expect(lines.contains(#"reconcile_seconds_bucket{controller="fm",le="0.005"} 0"#))
        #expect(lines.contains(#"reconcile_seconds_bucket{controller="fm",le="0.01"} 1"#))
        #expect(lines.contains(#"reconcile_seconds_bucket{controller="fm",le="2"} 2"#))
        #expect(lines.contains(#"reconcile_seconds_bucket{controller="fm",le="60"} 2"#))
        #expect(lines.contains(#"reconcile_seconds_bucket{controller="fm",le="+Inf"} 3"#))
        #expect(lines.contains(#"reconcile_seconds_count{controller="fm"} 3"#))
        #expect(lines.contains(#"reconcile_seconds_sum{controller="fm"} 92.007"#))
    }

    @Test func `a destroyed metric is no longer written`() {
        let gauge = registry.makeMeter(label: "gone", dimensions: [])
        gauge.set(Int64(1))
        registry.destroyMeter(gauge)
        #expect(registry.exposition().isEmpty)
    }
}
