import Autoscaler
import Foundation
import KubernetesClient
import Playground
import Testing

@testable import Operator

/// The operator's HTTP server where a login is asked for.
@Suite(.serialized)
struct AccessLoopTests {
    private func with(_ body: (OperatorHarness) async throws -> Void) async throws {
        try await OperatorHarness.with(authorization: .webhook) { harness in
            try await harness.createRoles()
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            _ = try await harness.model { $0.status?.conditions?["Trained"] != nil }
            try await body(harness)
        }
    }

    private static let guarded = [
        "/metrics", "/api/v1/models", "/api/v1/models/demo", "/api/v1/models/demo/shop",
        "/api/v1/models/demo/shop/next_day", "/api/v1/models/demo/other", "/api/v1/models/other/shop/next_year",
        "/%6detrics", "/metrics/", "/api/v1/models/", "//metrics",
    ]

    @Test func `without a token there is health and nothing else`() async throws {
        try await with { harness in
            for path in ["/healthz", "/readyz"] {
                #expect(try await harness.ask(path).status == 200, "\(path)")
            }
            for path in Self.guarded {
                for method in ["GET", "HEAD"] {
                    let answer = try await harness.ask(path, method: method)
                    // A path in another spelling may mean nothing, but never the same without a login.
                    guard answer.status != 404 else {
                        #expect(method == "HEAD" || answer.reason == "NotFound", "\(path): \(answer.body)")
                        continue
                    }
                    #expect(answer.status == 401 && answer.challenge == #"Bearer realm="presage""#, "\(method) \(path)")
                    #expect(method == "HEAD" || answer.reason == "Unauthorized", "\(path): \(answer.body)")
                    #expect(method == "HEAD" || answer.body.contains("kubectl create token"))
                }
            }
            #expect(try await harness.ask("/metrics").status == 401)
            #expect(try await harness.ask("/api/v1/models/demo/shop/next_day").status == 401)
        }
    }

    @Test func `a token that the cluster does not know is refused, and is not shown`() async throws {
        try await with { harness in
            let answer = try await harness.ask("/api/v1/models", token: "s3cret-token")
            #expect(answer.status == 401 && answer.reason == "Unauthorized")
            #expect(answer.challenge == #"Bearer realm="presage", error="invalid_token""#)
            #expect(answer.body.contains("does not know this bearer token"))
            #expect(!answer.body.contains("s3cret-token"))
        }
    }

    @Test func `who may list the models of the cluster reads them all, but no metrics`() async throws {
        try await with { harness in
            let token = try await harness.token(for: "jane", role: "presage-view")
            let list = try await harness.ask("/api/v1/models", token: token)
            #expect(list.status == 200)
            #expect(try JSONValue(parsing: list.body)["items", 0, "name"] == "shop")
            #expect(try await harness.ask("/api/v1/models/demo/shop", token: token).status == 200)
            // Nothing is trained here: the answer is the API's, not the login's.
            let forecast = try await harness.ask("/api/v1/models/demo/shop/next_day", token: token)
            #expect(forecast.status == 503 && forecast.reason == "NotTrained")
            #expect(try await harness.ask("/api/v1/models", method: "HEAD", token: token).status == 200)
            let metrics = try await harness.ask("/metrics", token: token)
            #expect(metrics.status == 403 && metrics.reason == "Forbidden")
            #expect(metrics.body.contains("jane may not get the path /metrics; the ClusterRole presage-metrics-reader"))
        }
    }

    @Test func `who may read one namespace reads that one, and learns nothing of others`() async throws {
        try await with { harness in
            let token = try await harness.token(for: "joe", role: "presage-view", in: OperatorHarness.namespace)
            let list = try await harness.ask("/api/v1/models/demo", token: token)
            #expect(try JSONValue(parsing: list.body)["items"]?.arrayValue?.count == 1)
            #expect(try await harness.ask("/api/v1/models/demo/shop", token: token).status == 200)
            let all = try await harness.ask("/api/v1/models", token: token)
            #expect(all.status == 403)
            #expect(
                all.body.contains(
                    "joe may not list forecastmodels.presage.dev in all namespaces; the ClusterRole presage-view"))
            for path in ["/api/v1/models/other", "/api/v1/models/other/shop", "/api/v1/models/other/shop/next_day"] {
                let other = try await harness.ask(path, token: token)
                #expect(other.status == 403 && other.body.contains("in the namespace other"), "\(other.body)")
            }
        }
    }

    @Test func `who may scrape gets metrics and no model`() async throws {
        try await with { harness in
            let token = try await harness.token(for: "scraper", role: "presage-metrics-reader")
            let metrics = try await harness.ask("/metrics", token: token)
            #expect(metrics.status == 200 && metrics.body.contains("workqueue_depth"))
            #expect(try await harness.ask("/api/v1/models", token: token).status == 403)
        }
    }

    @Test func `the API server is asked once for many requests`() async throws {
        try await with { harness in
            let token = try await harness.token(for: "scraper", role: "presage-metrics-reader")
            for _ in 0..<20 { #expect(try await harness.ask("/metrics", token: token).status == 200) }
            for _ in 0..<20 { #expect(try await harness.ask("/metrics", token: "wrong").status == 401) }
            let asked = harness.playground.answeredRequests.map(\.path).filter { $0.hasSuffix("reviews") }
            #expect(asked.filter { $0.hasSuffix("/tokenreviews") }.count == 2)
            #expect(asked.filter { $0.hasSuffix("/subjectaccessreviews") }.count == 1)
        }
    }

    @Test(arguments: ["/tokenreviews", "/subjectaccessreviews"])
    func `nobody is let in while the API server cannot be asked`(review: String) async throws {
        try await with { harness in
            let token = try await harness.token(for: "scraper", role: "presage-metrics-reader")
            for fault in [Fault.internalError, Fault.unavailable, Fault.tooManyRequests, .dropConnection, .garble] {
                harness.playground.inject(Fault(fault, method: "POST", path: review, times: 9))
                let answer = try await harness.ask("/metrics", token: token)
                #expect(answer.status == 503 && answer.reason == "ReviewUnavailable", "\(fault): \(answer.body)")
                #expect(answer.body.contains("the operator's log says why"))
                harness.playground.clearFaults()
            }
            // What could not be asked is not remembered.
            #expect(try await harness.ask("/metrics", token: token).status == 200)
        }
    }
}
