import Autoscaler
import Foundation
import FoundationNetworking
import KubernetesClient
import Testing

@testable import Operator

/// What a person sees of many models: `/api/v1/overview`.
@Suite(.serialized)
struct OverviewTests {
    private func answer(_ harness: OperatorHarness, _ query: String = "") async throws -> JSONValue {
        try JSONValue(parsing: try await harness.get("/api/v1/overview\(query)").body)
    }

    private func names(_ answer: JSONValue) -> [String] {
        (answer["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    @Test func `nothing is kept of models that come and go while nobody looks`() {
        let index = OverviewIndex(of: Store<ForecastModel>())
        for number in 0..<10 {
            let model = ForecastModel(
                metadata: ObjectMeta(name: "m\(number)", namespace: "demo"),
                spec: ForecastModelSpec(source: SourceSpec()))
            index.note(.added(model))
            #expect(index.size == 1)
            index.note(.deleted(model))
        }
        #expect(index.size == 0)
    }

    @Test func `what needs attention comes first, is counted and is found by its words`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            for name in ["anna", "ben", "carla", "dora"] {
                try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]])
            }
            try await harness.patchModel(
                ["metadata": ["annotations": ["presage.dev/retrain-at": "soon"]]], of: "carla")
            let all = try await harness.wait("the models' statuses") {
                let answer = try await answer(harness)
                return answer["counts", "attention"] == 1 && answer["counts", "waiting"] == 3 ? answer : nil
            }
            #expect(all["counts", "all"] == 4 && all["counts", "apply"] == 0 && all["found"] == 4)
            #expect(names(all) == ["carla", "anna", "ben", "dora"])
            #expect(all["items", 0, "health"]?["level"] == "Warning")
            #expect(all["items", 0, "health"]?["reason"] == "InvalidTime")
            #expect(all["items", 0, "health"]?["needsAttention"] == true)
            #expect(all["items", 0, "health", "conditions"]?["InvalidAnnotation"] == "Warning")
            // The same words in the list and of the one model: nobody has to judge conditions by himself.
            let detail = try JSONValue(parsing: try await harness.get("/api/v1/models/demo/carla").body)
            #expect(detail["health"] == all["items", 0, "health"])

            #expect(names(try await answer(harness, "?search=INVALIDtime%20demo/")) == ["carla"])
            #expect(names(try await answer(harness, "?show=waiting&search=a")) == ["anna", "ben", "dora"])
            #expect(names(try await answer(harness, "?show=waiting&search=nn")) == ["anna"])
            #expect(names(try await answer(harness, "?show=apply")) == [])
            let first = try await answer(harness, "/demo?limit=2")
            #expect(names(first) == ["carla", "anna"] && first["found"] == 4)
            #expect(try await answer(harness, "/other")["counts", "all"] == 0)
            for (query, words) in [
                ("show=some", "show is 'some'; these are: all, attention, apply, waiting"),
                ("limit=0", "limit is '0'; give a whole number from 1 to 1000"), ("limit=1001", "limit is '1001'"),
            ] {
                let refused = try await harness.get("/api/v1/overview?\(query)")
                #expect(refused.status == 400 && refused.body.contains(words), "\(refused.body)")
            }
        }
    }

    @Test func `a model that is gone, or has changed, is told as it is now`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            for name in ["anna", "ben"] {
                try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]])
            }
            func shown(_ query: String = "") async throws -> [String] {
                names(try await answer(harness, query)).sorted()
            }
            try await harness.wait("both") { try await shown("?show=waiting") == ["anna", "ben"] ? true : nil }
            try await harness.patchModel(["spec": ["horizon": "Month"]], of: "anna")
            try await harness.wait("the change") {
                try await answer(harness, "?search=anna")["items", 0, "spec", "horizon"] == "Month" ? true : nil
            }
            try await harness.client.delete(ForecastModel.self, "ben", namespace: OperatorHarness.namespace)
            try await harness.wait("the end") { try await shown() == ["anna"] ? true : nil }
            #expect(try await answer(harness)["counts", "all"] == 1)
            // Nor does it matter when the operator began.
            await harness.restartOperator()
            try await harness.wait("a new beginning") {
                (try? await shown()) == ["anna"] ? true : nil
            }
        }
    }

    @Test func `an overview that says nothing new is not sent again`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.model { $0.status?.conditions?["Trained"] != nil }
            let tag = try await harness.wait("a status that stays") {
                let tag = try await harness.head("/api/v1/overview").value(forHTTPHeaderField: "ETag")
                let again = try await harness.head("/api/v1/overview", ["If-None-Match": tag ?? ""])
                return again.statusCode == 304 ? tag : nil
            }
            try await harness.createModel("other", spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.wait("the other") {
                try await harness.head("/api/v1/overview", ["If-None-Match": tag]).statusCode == 200 ? true : nil
            }
        }
    }

    @Test func `whoever may list a namespace gets its overview, and no other`() async throws {
        try await OperatorHarness.with(authorization: .webhook) { harness in
            try await harness.createRoles()
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.model { $0.status?.conditions?["Trained"] != nil }
            let ben = try await harness.token(for: "ben", role: "presage-view", in: OperatorHarness.namespace)
            #expect(try await harness.ask("/api/v1/overview/demo", token: ben).status == 200)
            for path in ["/api/v1/overview", "/api/v1/overview/other"] {
                #expect(try await harness.ask(path, token: ben).status == 403)
                #expect(try await harness.ask(path).status == 401)
            }
        }
    }
}
