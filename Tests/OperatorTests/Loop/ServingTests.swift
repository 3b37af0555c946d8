import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing

@testable import Operator

@Suite(.serialized)
struct ServingTests {
    @Test func `health, readiness and metrics are served`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            #expect(try await harness.get("/healthz").status == 200)
            #expect(try await harness.get("/readyz").status == 200)
            let metrics = try await harness.get("/metrics")
            #expect(metrics.status == 200)
            // What dashboards and alerts for controller-runtime look for.
            for name in [
                "controller_runtime_reconcile_total", "controller_runtime_reconcile_time_seconds_bucket",
                "controller_runtime_active_workers", "workqueue_depth", "workqueue_adds_total",
                "workqueue_queue_duration_seconds_bucket", "workqueue_work_duration_seconds_bucket",
                "rest_client_requests_total", "rest_client_request_duration_seconds_bucket",
            ] {
                #expect(metrics.body.contains("\n\(name){"), "\(name) is missing")
            }
            #expect(
                metrics.body.contains(
                    #"controller_runtime_reconcile_total{controller="forecastmodel",result="success"}"#))
        }
    }

    @Test func `an operator that may not watch something says what it waits for`() async throws {
        try await OperatorHarness.with { harness in
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.path.hasSuffix("/deployments") else { return nil }
                    return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil)
                }))
            await harness.restartOperator()
            _ = try await harness.wait("what it waits for") {
                let answer = try? await harness.get("/readyz")
                return answer?.status == 503 && answer?.body.contains(": deployments.apps;") == true ? true : nil
            }
            harness.playground.setGate(nil)
            _ = try await harness.wait("its readiness") {
                (try? await harness.get("/readyz"))?.status == 200 ? true : nil
            }
        }
    }

    @Test func `every horizon is served with its forecast and the recommendation by its multipliers`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            for (window, request, limit) in [
                ("next_day", 0.8, 1.2), ("next_week", 0.8, 1.2), ("next_month", 0.7, 1.5), ("next_weekend", 0.8, 1.2),
            ] {
                let answer = try await harness.get("/api/v1/models/demo/shop/\(window)")
                #expect(answer.status == 200, "\(answer.body)")
                let json = try JSONValue(parsing: answer.body)
                #expect(json["version"] == 1 && json["horizon"]?.stringValue == window)
                let series = try #require(json["series", 0])
                let count = try #require(series["yhat"]?.arrayValue?.count)
                #expect(count > 0 && series["ds"]?.arrayValue?.count == count)
                #expect(series["yhat_lower"]?.arrayValue?.count == count)
                let container = try #require(json["recommendation", "containers", 0])
                func cores(_ path: JSONPathElement...) throws -> Double {
                    try Quantity(try #require(container[path: path]?.stringValue)).doubleValue
                }
                let prediction = try cores("prediction", "cpu")
                #expect(abs(try cores("target", "requests", "cpu") - request * prediction) <= 0.0021, "\(window)")
                #expect(abs(try cores("target", "limits", "cpu") - limit * prediction) <= 0.0021, "\(window)")
            }
        }
    }

    @Test func `memory that was seen to follow its limit is recommended as the status has it`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            func give(_ request: String, _ limit: String) async throws {
                let resources: JSONValue = [
                    "requests": ["memory": .string(request)], "limits": ["memory": .string(limit)],
                ]
                let containers: JSONValue = [["name": "web", "image": "web", "resources": resources]]
                _ = try await harness.client.patch(
                    Deployment.self, "shop", namespace: OperatorHarness.namespace,
                    .merge(["spec": ["template": ["spec": ["containers": containers]]]]))
            }
            // The usual peak is 666 MiB.
            try await give("690Mi", "700Mi")
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation?.memoryFollowers == ["web"] }
            // Somebody gave it more: what it was seen to do counts on.
            try await give("1Gi", "2Gi")
            _ = try await harness.model {
                $0.status?.recommendation?.containers.first?.target.limits?.memory == Quantity(2_147_483_648)
            }
            let answer = try await harness.get("/api/v1/models/demo/shop/next_day")
            let target = try JSONValue(parsing: answer.body)["recommendation", "containers", 0, "target"]
            #expect(target?["requests", "memory"] == "1Gi" && target?["limits", "memory"] == "2Gi", "\(answer.body)")
        }
    }

    @Test func `what is not there is told as JSON`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.model { $0.status?.conditions?["Trained"] != nil }
            let untrained = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(untrained.status == 503 && untrained.body.contains("NotTrained"))
            let unknown = try await harness.get("/api/v1/models/demo/other/next_day")
            #expect(unknown.status == 404 && unknown.body.contains("ModelNotFound"))
            let horizon = try await harness.get("/api/v1/models/demo/shop/next_year")
            #expect(horizon.status == 404 && horizon.body.contains("next_weekend"))
            for path in ["/api/v2/models", "/dashboard"] {
                let other = try await harness.get(path)
                #expect(
                    other.status == 404 && other.body.contains("\(path) is not served; these are: /, /api/v1/models"))
            }
            let list = try await harness.get("/api/v1/models")
            #expect(try JSONValue(parsing: list.body)["items", 0, "name"] == "shop")
            let post = try await harness.get("/api/v1/models", method: "POST")
            #expect(post.status == 405 && post.body.contains("POST is not answered: everything here is read by GET"))
            for path in ["/healthz", "/api/v1/models"] {
                let head = try await harness.get(path, method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty)
            }
        }
    }

    @Test func `a list of many models comes whole, in order`() async throws {
        try await OperatorHarness.with { harness in
            let names = (0..<120).map { "model-\($0)" }
            for name in names {
                try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]])
            }
            // Each has a status of its own by then: more than one piece of 64 KiB.
            var list = JSONValue.null
            for _ in 0..<600 {
                list = try JSONValue(parsing: try await harness.get("/api/v1/models").body)
                let items = list["items"]?.arrayValue ?? []
                if items.count == names.count, items.allSatisfy({ $0["status", "conditions"] != nil }) { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(list["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == names.sorted())
            #expect(list.serialized().count > 65_536)
        }
    }
}
