import Autoscaler
import Foundation
import FoundationNetworking
import KubernetesClient
import Testing

@testable import Operator

/// What the dashboard is made of, without a browser.
@Suite(.serialized)
struct ModelPictureTests {
    @Test func `the page allows nothing but its own script, and is not sent twice`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            for (path, type) in [
                ("/", "text/html"), ("/dashboard.css", "text/css"), ("/api.js", "text/javascript"),
                ("/elements.js", "text/javascript"),
                ("/dashboard.js", "text/javascript"),
            ] {
                let answer = try await harness.head(path)
                #expect(answer.statusCode == 200)
                #expect(answer.value(forHTTPHeaderField: "Content-Type") == "\(type); charset=utf-8")
                let policy = try #require(answer.value(forHTTPHeaderField: "Content-Security-Policy"))
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"))
                #expect(policy.contains("frame-ancestors 'none'"))
                let tag = try #require(answer.value(forHTTPHeaderField: "ETag"))
                let again = try await harness.head(path, ["If-None-Match": tag])
                #expect(again.statusCode == 304 && again.value(forHTTPHeaderField: "ETag") == tag)
            }
        }
    }

    @Test func `a browser runs nothing of an answer, and keeps none of it`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            for path in [
                "/metrics", "/healthz", "/api/v1/models", "/api/v1/models/demo/other/next_day.svg", "/nowhere",
            ] {
                let answer = try await harness.head(path)
                #expect(answer.value(forHTTPHeaderField: "X-Content-Type-Options") == "nosniff", "\(path)")
                #expect(answer.value(forHTTPHeaderField: "Cross-Origin-Resource-Policy") == "same-origin", "\(path)")
                #expect(answer.value(forHTTPHeaderField: "Cache-Control") == "no-store", "\(path)")
                let policy = answer.value(forHTTPHeaderField: "Content-Security-Policy") ?? ""
                #expect(policy == "default-src 'none'; frame-ancestors 'none'; sandbox", "\(path)")
            }
            let page = try await harness.head("/")
            #expect(page.value(forHTTPHeaderField: "X-Content-Type-Options") == "nosniff")
            #expect(page.value(forHTTPHeaderField: "Cross-Origin-Opener-Policy") == "same-origin")
        }
    }

    @Test func `the page has a look for each level, and judges no condition itself`() {
        let script = String(decoding: PackageResources.dashboard_js, as: UTF8.self)
        for level in ModelHealth.Level.allCases { #expect(script.contains("\(level.rawValue): [")) }
        for type in ["Stalled", "LowConfidence", "Scaled", "RecommendOnly"] {
            #expect(!script.contains(type), "\(type)")
        }
    }

    @Test func `each horizon is a picture too`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel()
            try await harness.trainFirst()
            for window in ForecastWindow.allCases {
                let answer = try await harness.get("/api/v1/models/demo/shop/\(window.rawValue).svg")
                #expect(answer.status == 200 && answer.body.hasPrefix("<svg"), "\(answer.body.prefix(200))")
                #expect(answer.body.contains("demo/shop, \(window.title)"))
                #expect(answer.body.contains("web: CPU") && answer.body.contains("web: memory"))
                #expect(answer.body.contains("request now") && answer.body.contains("limit now"))
            }
            let path = "/api/v1/models/demo/shop/next_day.svg"
            let one = try await harness.get("\(path)?series=web/cpu&theme=dark&width=640")
            #expect(one.status == 200 && one.body.contains("web: CPU") && !one.body.contains("web: memory"))
            #expect(one.body.contains(#"width="640""#))
            for (query, words) in [
                ("theme=blue", "theme is 'blue'; these are: light, dark"), ("width=9", "width is '9'"),
                ("width=wide", "width is 'wide'"),
            ] {
                let refused = try await harness.get("\(path)?\(query)")
                #expect(refused.status == 400 && refused.body.contains(words), "\(refused.body)")
            }
            let unknown = try await harness.get("\(path)?series=db/cpu")
            #expect(unknown.status == 404 && unknown.body.contains("SeriesNotFound") && unknown.body.contains("web"))
            let horizon = try await harness.get("/api/v1/models/demo/shop/next_year.svg")
            #expect(horizon.status == 404 && horizon.body.contains("UnknownHorizon"))
        }
    }

    @Test func `one model is told with what its target has and what was decided about versions`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            let json = try JSONValue(parsing: try await harness.get("/api/v1/models/demo/shop").body)
            #expect(json["spec", "targetRef", "name"] == "shop" && json["spec", "scaling", "mode"] == "Recommend")
            #expect(json["target", "containers", 0, "name"] == "web" && json["target", "replicas"] != nil)
            #expect(json["versions", 0, "version"] == 1 && json["versions", 0, "serves"] == true)
            #expect(json["versions", 0, "decision"] == "Promoted" && json["versions", 0, "smape"] != nil)
        }
    }

    @Test func `a list comes in pages that miss nothing and repeat nothing`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            let names = (0..<7).map { "model-\($0)" }
            for name in names { try await harness.createModel(name, spec: ["targetRef": .null, "scaling": [:]]) }
            _ = try await harness.wait("all models") {
                let list = try JSONValue(parsing: try await harness.get("/api/v1/models").body)
                return list["items"]?.arrayValue?.count == names.count ? true : nil
            }
            for root in ["/api/v1/models", "/api/v1/models/demo"] {
                var (seen, next, pages) = ([String](), "", 0)
                repeat {
                    let answer = try await harness.get("\(root)?limit=3&continue=\(next)")
                    let page = try JSONValue(parsing: answer.body)
                    seen += (page["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                    next = page["continue"]?.stringValue ?? ""
                    pages += 1
                } while !next.isEmpty && pages < 10
                #expect(seen == names && pages == 3)
            }
            for (query, words) in [
                ("limit=-1", "limit is '-1'"), ("limit=ten", "limit is 'ten'"), ("continue=x", "continue is 'x'"),
            ] {
                let refused = try await harness.get("/api/v1/models?\(query)")
                #expect(refused.status == 400 && refused.body.contains(words), "\(refused.body)")
            }
        }
    }
}
