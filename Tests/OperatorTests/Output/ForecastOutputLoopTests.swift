import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

/// The operator's part of writing forecasts out: one Job a decision, what it says, and that nothing waits for it.
@Suite(.serialized)
struct ForecastOutputLoopTests {
    private let postgresql: JSONObject = [
        "output": [
            "postgresql": [
                "host": "db", "database": "metrics", "credentialsSecret": ["name": "db-login"],
                "ca": ["name": "db-ca", "key": "ca.crt"], "sslMode": "verify-full",
            ]
        ]
    ]

    private func outputJob(
        _ harness: OperatorHarness, besides known: [String] = []
    ) async throws -> Job {
        try await harness.wait("a Job that writes forecasts") {
            try await harness.client.list(
                Job.self, namespace: "demo", options: ListOptions(labelSelector: ForecastOutputJob.label)
            ).items.first { !known.contains($0.metadata.name) }
        }
    }

    @Test func `each decision is written once, by a pod that reads a version and Secrets and has no token`()
        async throws
    {
        try await OperatorHarness.with { harness in
            var spec = postgresql
            spec["targetRef"] = .null
            spec["scaling"] = [:]
            try await harness.createModel(spec: spec)
            try await harness.trainFirst()
            let first = try await outputJob(harness)
            #expect(first.metadata.controller?.kind == "ForecastModel")
            let pod = try #require(first["spec", "template", "spec"])
            #expect(pod["automountServiceAccountToken"] == false && pod["serviceAccountName"] == nil)
            #expect(pod["securityContext", "runAsNonRoot"] == true)
            #expect(pod["containers", 0, "args", 0] == "write-forecasts")
            let volumes = pod["volumes"]?.arrayValue ?? []
            let secrets = volumes.first { $0["name"] == "secrets" }?["projected", "sources"]?.arrayValue ?? []
            #expect(
                secrets.map { $0["secret", "name"]?.stringValue ?? "" } == ["db-login", "db-login", "db-ca"])
            let text = first["spec", "template", "metadata", "annotations", .key(ForecastOutputJob.documentAnnotation)]
            let run = try JSONValue(parsing: try #require(text?.stringValue)).decode(ForecastWriteRun.self)
            #expect(run.version == 1 && run.revision == 0 && run.horizonSeconds == 86_400)
            #expect(
                run.postgresql?.table == "forecast_results" && run.postgresql?.passwordFile == "../secrets/password")

            let name = first.metadata.name
            try await harness.finishJob(name, condition: ["type": "Complete", "status": "True"])
            _ = try await harness.model { $0.status?.conditions?.isTrue("ForecastsWritten") ?? false }
            // Neither a new process nor the end of the Job's time to live writes them again.
            try await harness.client.delete(Job.self, name, namespace: "demo")
            await harness.restartOperator()
            try await harness.patchModel(["metadata": ["annotations": ["wake": "up"]]])
            let wake = try await harness.model { $0.metadata.annotations["wake"] == "up" }
            #expect(wake.status?.conditions?.isTrue("ForecastsWritten") == true)

            // A refresh is another fit: it is written, and the Job is another.
            try await harness.challenge("worse")
            try await harness.train("worse", smape: 14, champion: 10, winner: .champion)
            let second = try await outputJob(harness)
            #expect(second.metadata.name != name)
            let condition = try await harness.model { $0.status?.conditions?["ForecastsWritten"]?.status == .unknown }
            #expect(condition.status?.conditions?["ForecastsWritten"]?.message.contains("revision 1") == true)

            // A rollback is another decision. What still writes is ended before.
            try await harness.challenge("better")
            try await harness.train("better", smape: 5, champion: 10)
            let third = try await outputJob(harness, besides: [second.metadata.name])
            try await harness.wait("the end of the Job before") {
                try await harness.client.find(Job.self, second.metadata.name, namespace: "demo") == nil ? true : nil
            }
            try await harness.patchModel(["spec": ["promotion": ["pinnedVersion": 1]]])
            let fourth = try await outputJob(harness, besides: [third.metadata.name])
            let again = fourth[
                "spec", "template", "metadata", "annotations", .key(ForecastOutputJob.documentAnnotation)]
            #expect(again?.stringValue?.contains(#""version":1"#) == true)
        }
    }

    @Test func `a failure is told with the pod's words, and holds up neither scaling nor serving`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            var spec = postgresql
            spec["training"] = ["ttlSecondsAfterFinished": 0]
            try await harness.createModel(spec: spec)
            try await harness.trainFirst()
            let job = try await outputJob(harness)
            // What says when the next attempt is due must not go before.
            #expect(try #require(job["spec", "ttlSecondsAfterFinished"]?.intValue) > 6 * 3600)
            let report = TrainingReport(
                succeeded: false, reason: "LoginRefused", message: "the password of presage is refused", stages: [])
            try await harness.create([
                "apiVersion": "v1", "kind": "Pod",
                "metadata": [
                    "name": "writer", "namespace": "demo",
                    "labels": [ForecastOutputJob.label: .string(job.metadata.name)],
                ],
                "spec": ["containers": [["name": "forecast-output", "image": "presage"]]],
            ])
            let message = String(decoding: report.bounded(), as: UTF8.self)
            _ = try await harness.client.patch(
                Pod.self, "writer", namespace: "demo",
                .merge([
                    "status": [
                        "containerStatuses": [
                            [
                                "name": "forecast-output",
                                "state": ["terminated": ["exitCode": 65, "message": .string(message)]],
                            ]
                        ]
                    ]
                ]), subresource: "status")
            try await harness.finishJob(
                job.metadata.name,
                condition: [
                    "type": "Failed", "status": "True", "reason": "BackoffLimitExceeded",
                    "lastTransitionTime": .string(Timestamp(Date()).description),
                ])
            let model = try await harness.model { $0.status?.conditions?["ForecastsWritten"]?.status == .false }
            let condition = try #require(model.status?.conditions?["ForecastsWritten"])
            #expect(condition.reason == "LoginRefused")
            #expect(condition.message.contains("is refused") && condition.message.contains("attempt 1"))
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            #expect(try await harness.get("/api/v1/models/demo/shop/next_day").status == 200)
            try await harness.wait("the Event") {
                try await harness.client.list(Event.self, namespace: "demo").items
                    .contains { $0["reason"]?.stringValue == "ForecastsNotWritten" } ? true : nil
            }
            let jobs = try await harness.client.list(
                Job.self, namespace: "demo", options: ListOptions(labelSelector: ForecastOutputJob.label))
            #expect(jobs.items.count == 1, "the next attempt is due in ten minutes, not now")
        }
    }
}
