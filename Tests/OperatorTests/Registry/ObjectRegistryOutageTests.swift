import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing

@testable import Operator

/// A store of versions that is away, or that does not let the operator in.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryOutageTests {
    @Test func `a store that is away at publication is waited for, and one that stays away ends the run`() async throws
    {
        try await ObjectRegistryBench.with(pods: true) { bench in
            let harness = bench.harness
            let file = try RealPods.panel(series: 2, days: 14, in: bench.folder)
            try await harness.create(bench.secret())
            var spec = RealPods.spec(file)
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            _ = try await harness.model { $0.status?.production?.version == 1 }

            // It reads the champion, and finds the store away when it publishes. Only pods write.
            bench.gate.refuse("PUT")
            try await harness.challenge("patient", spec: ["algorithm": ["name": "Theta"]])
            try await harness.wait("a pod that found the store away") { bench.gate.refused > 0 ? true : nil }
            bench.gate.refuse(nil)
            let patient = try await harness.run("patient") { $0.isFinished }
            #expect(patient.status?.phase == .succeeded, "\(String(describing: patient.status?.conditions))")

            // One that stays away is no fault of the history's: the Job may try again.
            bench.gate.refuse("PUT")
            try await harness.challenge("lost", spec: ["backoffLimit": 0, "pod": ["env": [RealPods.patience]]])
            let lost = try await harness.run("lost") { $0.isFinished }
            let condition = try #require(lost.status?.conditions?["Trained"])
            #expect(condition.reason == "StoreUnreachable", "\(condition)")
            #expect(condition.message.contains("127.0.0.1:\(bench.gate.port)"))
            let model = try await harness.model { $0.status?.conditions?["TrainingHealthy"]?.status == .false }
            #expect(model.status?.production?.version != nil)
            bench.gate.refuse(nil)
            _ = try await bench.settled()
        }
    }

    @Test func `a store that is away when a version is decided about holds the decision, and loses nothing`()
        async throws
    {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            try await harness.trainFirst()
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10) { _ in bench.gate.set(open: false) }
            let waiting = try await harness.run("better") {
                $0.status?.conditions?["Trained"]?.reason == "StoreUnreachable"
            }
            #expect(waiting.isFinished == false)
            #expect(waiting.status?.conditions?["Trained"]?.message.contains("It is decided about as soon as") == true)
            let before = try await harness.model { $0.status?.conditions?.isTrue("RegistryUnavailable") ?? false }
            #expect(before.status?.production?.version == 1)
            #expect(before.status?.conditions?["ArtifactDamaged"] == nil, "nobody knows of any damage")
            #expect(before.status?.conditions?.isTrue("Trained") == true)
            bench.gate.set(open: true)
            let done = try await harness.run("better") { $0.isFinished }
            #expect(done.status?.promoted == true)
            // The store may be found back before the run is decided about or after it, each in a status of its own.
            _ = try await harness.model {
                $0.status?.production?.version == 2 && $0.status?.conditions?["RegistryUnavailable"] == nil
            }
        }
    }

    @Test func `what was read before goes on serving while the store is away; an operator that begins then says so`()
        async throws
    {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await harness.createDeployment()
            try await harness.create(bench.secret())
            try await harness.createModel(spec: ["registry": bench.registry])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            let applied = try await harness.deploymentJSON()["spec"]
            bench.gate.set(open: false)
            #expect(try await harness.get("/api/v1/models/demo/shop/next_day").status == 200)
            try await bench.wake()
            let serving = try await harness.model { $0.metadata.annotations["wake"] != nil }
            #expect(serving.status?.conditions?.isTrue("Scaled") == true)

            await harness.restartOperator()
            let model = try await harness.model { $0.status?.conditions?.isTrue("RegistryUnavailable") ?? false }
            let condition = try #require(model.status?.conditions?["RegistryUnavailable"])
            #expect(condition.reason == "StoreUnreachable" && condition.message.contains("What is in production stays"))
            #expect(model.status?.production?.version == 1 && model.status?.recommendation != nil)
            #expect(try await harness.deploymentJSON()["spec"] == applied)
            let answer = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(answer.status == 503 && answer.body.contains("ArtifactUnavailable"))

            bench.gate.set(open: true)
            _ = try await harness.model { $0.status?.conditions?["RegistryUnavailable"] == nil }
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(try await harness.get("/api/v1/models/demo/shop/next_day").status == 200)
        }
    }

    @Test func `without a Secret that opens the store a run does not begin, and says what to do`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            var spec = ObjectRegistryBench.general
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            let name = try await harness.firstRun()
            func waits(_ reason: String, _ words: String) async throws {
                let run = try await harness.run(name) { $0.status?.conditions?["Trained"]?.reason == reason }
                let message = run.status?.conditions?["Trained"]?.message ?? ""
                #expect(run.status?.phase == .pending && message.contains(words), "\(message)")
                let model = try await harness.model {
                    $0.status?.conditions?["RegistryUnavailable"]?.reason == reason
                }
                #expect(model.status?.conditions?.isTrue("Ready") == true)
            }
            try await waits("SecretNotFound", "demo/store")
            // What the API server answers where the team has made no Role.
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.path.hasSuffix("/secrets/store"), request.method == "GET" else { return nil }
                    return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil)
                }))
            try await waits("SecretForbidden", "resourceName store")
            harness.playground.setGate(nil)

            var poor = bench.secret()
            poor["data"] = ["accessKeyID": .string(Data("AKIA".utf8).base64EncodedString())]
            try await harness.create(poor)
            try await waits("SecretInvalid", "its keys are: accessKeyID")
            for (id, key, words) in [
                ("AKIANOBODY", bench.server.secretAccessKey, "check accessKeyID"),
                (bench.server.accessKeyID, "wr0ng-secret", "check secretAccessKey"),
                (bench.server.powerlessKeyID, bench.server.powerlessSecret, "AccessDenied"),
            ] {
                try await harness.client.delete(Secret.self, "store", namespace: "demo")
                try await harness.create(bench.secret(id, key))
                try await harness.wait("the words \(words)") {
                    let run = try await harness.client.get(TrainingJob.self, name, namespace: "demo")
                    return run.status?.conditions?["Trained"]?.message.contains(words) == true ? true : nil
                }
                try await waits("StoreRefused", words)
                let text = try await harness.model { _ in true }.jsonValue().jsonString()
                #expect(!text.contains("wr0ng-secret") && !text.contains(bench.server.powerlessSecret))
            }
            try await harness.client.delete(Secret.self, "store", namespace: "demo")
            try await harness.create(bench.secret())
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.conditions?["RegistryUnavailable"] == nil }
        }
    }
}
