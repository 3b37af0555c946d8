import Foundation
import Testing

/// `kill -9` of the operator's process at every step of the loop: a step is a request that changes something.
@Suite(.serialized, .patience(minutes: 5))
struct CrashTests {
    @Test(arguments: [false, true])
    func `the operator is killed at every step`(beforeTheWrite: Bool) async throws {
        try await FaultBench.with { bench in
            let steps = try bench.killAtEachWrite(before: beforeTheWrite)
            try await bench.play()
            #expect(steps() >= 15, "the loop has more steps than \(steps())")
            try await bench.verify(
                "kill -9 \(beforeTheWrite ? "before" : "after") each kind of write", atLeast: 15)
        }
    }
}
