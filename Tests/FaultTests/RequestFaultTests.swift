import Foundation
import Playground
import Testing

/// Single kinds of faults, injected into a seeded share of the operator's requests while it goes through the whole loop.
@Suite(.serialized, .patience(minutes: 3))
struct RequestFaultTests {
    /// A kind of fault, and whom it meets.
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        var share = 0.15
        var limit = 25
        var choose: @Sendable (RequestGate.Request, inout SeededGenerator) -> Fault.Action?

        var testDescription: String { name }
    }

    static let kinds: [Kind] = [
        Kind(name: "connection reset before the answer") { _, _ in .dropConnection },
        Kind(name: "write done, answer lost") { request, _ in request.isMutating ? .loseAnswer : nil },
        Kind(name: "connection reset mid-object") { _, _ in .cutAnswer },
        Kind(name: "truncated JSON") { request, _ in request.isWatch ? nil : .truncate },
        Kind(name: "malformed JSON") { request, _ in request.isMutating ? nil : .garble },
        Kind(name: "410 in HTTP", share: 0.5) { request, _ in
            request.isMutating ? nil : .status(code: 410, reason: "Expired", retryAfterSeconds: nil)
        },
        Kind(name: "409 storm", share: 0.3) { request, _ in
            request.isMutating ? .status(code: 409, reason: "Conflict", retryAfterSeconds: nil) : nil
        },
        // What gives the containers back after an apply: a merge patch, and no force.
        Kind(name: "Deployment written without a pause", share: 1, limit: 40) { request, _ in
            guard request.method == "PATCH", request.path.hasSuffix("/deployments/shop"), request.query["force"] == nil
            else { return nil }
            return .status(code: 409, reason: "Conflict", retryAfterSeconds: nil)
        },
        Kind(name: "429 with Retry-After") { _, _ in
            .status(code: 429, reason: "TooManyRequests", retryAfterSeconds: 1)
        },
        Kind(name: "500") { _, _ in .status(code: 500, reason: "InternalError", retryAfterSeconds: nil) },
        Kind(name: "503") { _, generator in
            let wait = Bool.random(using: &generator) ? 1 : nil
            return .status(code: 503, reason: "ServiceUnavailable", retryAfterSeconds: wait)
        },
        Kind(name: "slow server", share: 0.5, limit: 60) { _, generator in
            .delay(.milliseconds(Int.random(in: 50...400, using: &generator)))
        },
        Kind(name: "silent server", share: 0.2, limit: 6) { _, _ in .silence },
        Kind(name: "a storm of all of these", share: 0.25, limit: 40) { request, generator in
            var actions: [Fault.Action] = [
                .dropConnection, .cutAnswer, .status(code: 429, reason: "TooManyRequests", retryAfterSeconds: 1),
                .status(code: 500, reason: "InternalError", retryAfterSeconds: nil),
                .status(code: 503, reason: "ServiceUnavailable", retryAfterSeconds: nil), .delay(.milliseconds(100)),
            ]
            if request.isMutating {
                actions += [.loseAnswer, .status(code: 409, reason: "Conflict", retryAfterSeconds: nil)]
            } else {
                actions += [.garble, .status(code: 410, reason: "Expired", retryAfterSeconds: nil)]
            }
            return actions.randomElement(using: &generator)
        },
    ]

    /// Those that `PRESAGE_FAULT` names a part of; all where it is not set.
    static let chosen = kinds.filter { kind in
        ProcessInfo.processInfo.environment["PRESAGE_FAULT"].map { kind.name.contains($0) } ?? true
    }

    @Test(arguments: chosen)
    func `the loop ends as without the fault`(kind: Kind) async throws {
        try await FaultBench.with { bench in
            bench.injectRandomly(kind.name, share: kind.share, limit: kind.limit, kind.choose)
            bench.startOperator()
            try await bench.play()
            try await bench.verify(kind.name)
        }
    }
}
