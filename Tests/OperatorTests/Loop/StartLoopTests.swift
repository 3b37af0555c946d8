import Autoscaler
import KubernetesClient
import Playground
import Testing
import Threading

@testable import Operator

/// The half a dozen writes that begin a run, and those that end it.
@Suite(.serialized)
struct StartLoopTests {
    @Test func `a start that was broken off goes on where it was`() async throws {
        try await OperatorHarness.with { harness in
            let (asked, failures) = (Locked<[String]>([]), Locked(3))
            harness.playground.setGate(
                RequestGate(before: { request in
                    let kinds = ["configmaps", "serviceaccounts", "roles", "rolebindings", "jobs"]
                    let parts = request.path.split(separator: "/").map(String.init)
                    guard request.userAgent.hasPrefix("presage"), !request.isWatch,
                        let kind = kinds.first(where: { parts.suffix(2).contains($0) }),
                        request.method == "POST" || parts.last != kind
                    else { return nil }
                    asked.withLock { $0.append("\(request.method) \(kind)") }
                    guard request.method == "POST", kind == "rolebindings" else { return nil }
                    return failures.withLock { failures in
                        failures -= 1
                        return failures >= 0
                            ? .status(code: 500, reason: "InternalError", retryAfterSeconds: nil) : nil
                    }
                }))
            try await harness.createModel()
            let run = try await harness.firstRun()
            _ = try await harness.run(run) { $0.status?.phase == .running }
            // A write that failed may have been done, so that it is looked for; what was made before it is not.
            let all = asked.withLock { $0 }.filter { $0 != "GET configmaps" }
            let bindings =
                ["POST rolebindings"] + Array(repeating: ["GET rolebindings", "POST rolebindings"], count: 3).joined()
            #expect(all == ["POST configmaps", "POST serviceaccounts", "POST roles"] + bindings + ["POST jobs"])
        }
    }

    @Test func `where a namespace runs one at a time, the next one begins when it has ended, after a restart too`()
        async throws
    {
        try await OperatorHarness.with(maxTrainings: 1) { harness in
            try await harness.createModel("shop")
            let first = try await harness.firstRun(of: "shop")
            _ = try await harness.run(first) { $0.status?.phase == .running }
            try await harness.createModel("bank", spec: ["targetRef": ["name": "bank"]])
            let second = try await harness.firstRun(of: "bank")
            let waiting = try await harness.run(second) { $0.status?.conditions?["Trained"]?.reason == "Queued" }
            let message = try #require(waiting.status?.conditions?["Trained"]?.message)
            #expect(message.contains("--max-trainings") && waiting.status?.phase == .pending, "\(message)")
            _ = try await harness.model("bank") {
                $0.status?.conditions?["Trained"]?.message.contains("the first training waits: waits for one of the 1")
                    ?? false
            }
            await harness.restartOperator()
            try await harness.serving()
            try await harness.patchModel(["metadata": ["labels": ["look": "again"]]], of: "bank")
            #expect(
                try await harness.client.list(Job.self, namespace: OperatorHarness.namespace).items.map(
                    \.object.metadata.name) == [first])
            try await harness.train(first)
            _ = try await harness.run(second) { $0.status?.phase == .running }
        }
    }

    @Test func `an end that was broken off does nothing again that is done`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel()
            let run = try await harness.firstRun()
            _ = try await harness.run(run) { $0.status?.conditions?["Trained"]?.reason == "Running" }
            let (asked, failures) = (Locked<[String]>([]), Locked(3))
            harness.playground.setGate(
                RequestGate(before: { request in
                    let parts = request.path.split(separator: "/").map(String.init)
                    if request.method == "PUT", parts.suffix(2) == [run, "status"] {
                        return failures.withLock { failures in
                            failures -= 1
                            return failures >= 0
                                ? .status(code: 500, reason: "InternalError", retryAfterSeconds: nil) : nil
                        }
                    }
                    let isOurs = request.query["fieldManager"] == FieldOwnership.manager
                    if request.method == "DELETE" || request.method == "PATCH" && isOurs,
                        let kind = parts.dropLast().last
                    {
                        asked.withLock { $0.append("\(request.method) \(kind)") }
                    } else if request.method == "GET", parts.suffix(2).first == "serviceaccounts" {
                        asked.withLock { $0.append("GET serviceaccounts") }
                    }
                    return nil
                }))
            try await harness.train(run)
            _ = try await harness.run(run) { $0.status?.phase == .succeeded }
            #expect(failures.withLock { $0 } < 0)
            // The decision, and the seals of the chunk and the manifest.
            let all = asked.withLock { $0 }.filter { !$0.hasSuffix("forecastmodels") }
            let deletions = ["DELETE rolebindings", "GET serviceaccounts", "DELETE serviceaccounts", "DELETE roles"]
            #expect(all == Array(repeating: "PATCH configmaps", count: 3) + deletions)
        }
    }
}
