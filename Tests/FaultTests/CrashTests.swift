import Foundation
import Playground
import Testing

/// `kill -9` of the operator's process at every step of the loop: a step is a request that changes something.
@Suite(.serialized, .patience(minutes: 5))
struct CrashTests {
    @Test(arguments: [false, true])
    func `the operator is killed at every step`(beforeTheWrite: Bool) async throws {
        try await FaultBench.with { bench in
            let process = Shared<OperatorProcess?>(nil)
            /// The requests since the process was started, those at which one was killed, and how often.
            let state = Shared((step: 0, seen: [String: Int](), generation: 0))
            /// Whether this request is the one to die at: each of a kind kills up to three times, so that the loop ends.
            let dies: @Sendable (RequestGate.Request) -> Bool = { request in
                guard request.isMutating, request.userAgent.contains("(operator)"),
                    // Events and the Lease are nobody's step.
                    !request.path.hasSuffix("/events") && !request.path.contains("/leases")
                else { return false }
                return state.change { state in
                    let step = "\(request.method) \(request.path)"
                    guard state.seen[step, default: 0] < 3 else { return false }
                    state.seen[step, default: 0] += 1
                    return true
                }
            }
            bench.server.setGate(
                RequestGate(
                    before: { request in
                        guard beforeTheWrite, dies(request) else { return nil }
                        process.value?.kill()
                        bench.injected.change { $0 += 1 }
                        return .dropConnection
                    },
                    after: { request, _ in
                        guard !beforeTheWrite, dies(request) else { return true }
                        process.value?.kill()
                        bench.injected.change { $0 += 1 }
                        return false
                    }))
            let running = try bench.startProcess()
            process.change { $0 = running }
            try await bench.play()
            let steps = state.value.seen.count
            #expect(steps >= 15, "the loop has more steps than \(steps)")
            try await bench.verify(
                "kill -9 \(beforeTheWrite ? "before" : "after") each kind of write", atLeast: 15)
        }
    }
}
