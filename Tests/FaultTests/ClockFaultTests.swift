import Foundation
import Testing

/// The operator's wall clock is set forwards and back while it goes through the whole loop.
@Suite(.serialized, .patience(minutes: 3))
struct ClockFaultTests {
    @Test func `the clock jumps forwards and back`() async throws {
        let offset = Shared(TimeInterval(0))
        try await FaultBench.with { bench in
            bench.work {
                var generator = SeededGenerator(salt: "clock")
                for _ in 0..<20 where !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 10...60, using: &generator)))
                    offset.change { $0 = Double.random(in: -7200...7200, using: &generator) }
                    bench.injected.change { $0 += 1 }
                }
                offset.change { $0 = 0 }
            }
            bench.startOperator(now: { Date().addingTimeInterval(offset.value) })
            try await bench.play()
            try await bench.verify("clock jumps of up to two hours")
        }
    }
}
