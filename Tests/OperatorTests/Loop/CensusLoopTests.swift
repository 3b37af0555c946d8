import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

@Suite(.serialized)
struct CensusLoopTests {
    @Test func `models are counted by how they are, trainings by their phase, and what ended and changed`() async throws
    {
        try await OperatorHarness.with { harness in
            let namespace = #"namespace="\#(OperatorHarness.namespace)""#
            func value(_ metric: String) async throws -> Double? {
                let lines = try await harness.get("/metrics").body.split(separator: "\n")
                return lines.first { $0.hasPrefix("\(metric) ") }.flatMap { Double($0.dropFirst(metric.count + 1)) }
            }
            func reaches(_ expected: Double?, _ metric: String) async throws {
                try await harness.wait("\(metric) \(expected.map { "\($0)" } ?? "gone")") {
                    try await value(metric) == expected ? true : nil
                }
            }
            try await harness.serving()
            let (promoted, applied) = (
                #"presage_trainings_total{\#(namespace),phase="Succeeded",reason="Promoted"}"#,
                "presage_applies_total{\(namespace)}"
            )
            let before = (try await value(promoted) ?? 0, try await value(applied) ?? 0)
            try await harness.createDeployment()
            try await harness.createModel()
            let run = try await harness.firstRun()
            try await reaches(1, #"presage_models{health="Waiting",\#(namespace)}"#)
            try await reaches(1, #"presage_trainingjobs{\#(namespace),phase="Running"}"#)
            try await harness.train(run)
            _ = try await harness.model { $0.status?.conditions?.isTrue("Scaled") ?? false }
            try await reaches(1, #"presage_models{health="Good",\#(namespace)}"#)
            try await reaches(nil, #"presage_models{health="Waiting",\#(namespace)}"#)
            try await reaches(1, #"presage_trainingjobs{\#(namespace),phase="Succeeded"}"#)
            try await reaches(nil, #"presage_trainingjobs{\#(namespace),phase="Running"}"#)
            try await reaches(before.0 + 1, promoted)
            try await reaches(before.1 + 1, applied)
            try await harness.createModel(
                "other", spec: ["targetRef": ["name": "other"], "algorithm": ["name": "LSTM"]])
            let ready = #"reason="Accepted",status="True",type="Ready""#
            try await reaches(2, "presage_model_conditions{\(namespace),\(ready)}")
            try await harness.client.delete(ForecastModel.self, "other", namespace: OperatorHarness.namespace)
            try await reaches(1, "presage_model_conditions{\(namespace),\(ready)}")
        }
    }
}
