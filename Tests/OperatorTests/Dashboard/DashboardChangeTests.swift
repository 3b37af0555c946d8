import Autoscaler
import Foundation
import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import Playground
import TestServers
import Testing
import Threading

@testable import Operator

/// What changes while somebody looks at the dashboard: a token that ends, another version of the operator; and a clock that is wrong.
@Suite(.serialized, .enabled(if: Browser.isInstalled))
struct DashboardChangeTests {
    @Test(arguments: ["", "demo/shop"])
    func `a token that is accepted no longer takes what was shown away with it`(place: String) async throws {
        try await OperatorHarness.with(authorization: .webhook) { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation != nil }
            try await harness.createRoles()
            let token = try await harness.token(for: "anna", role: "presage-view")
            try await Browser.with { browser in
                try await browser.open("http://127.0.0.1:\(harness.port)/#/\(place)")
                try await browser.wait("!document.querySelector('#login').hidden")
                try await browser.type("\(token)\u{E007}", into: "#token")
                try await browser.wait(
                    place.isEmpty
                        ? "document.querySelector('#rows a')" : "document.querySelector('#picture').naturalWidth > 300")
                let shown = try await browser.value("document.querySelector('main').textContent")
                #expect(shown.contains(place.isEmpty ? "Deployment shop" : "InProduction"))
                let picture = try await browser.value("document.querySelector('#picture').src")

                harness.playground.revokeToken(token)
                // What it was allowed is remembered for a minute by an operator, and not by the next.
                await harness.restartOperator()
                try await browser.wait("!document.querySelector('#login').hidden")
                #expect(try await browser.text("#login-why").contains("does not know this bearer token, or no longer"))
                #expect(try await browser.text("#list, #model, #trouble, #fresh").isEmpty)
                // Nor is it there unseen.
                let left = try await browser.value("document.querySelector('main').textContent")
                for word in ["shop", "InProduction", "SeasonalNaive", "peak"] {
                    #expect(!left.contains(word), "\(word)")
                }
                #expect(try await browser.value("document.querySelector('#picture').hasAttribute('src')") == "false")
                #expect(try await browser.value("document.querySelector('#picture').alt").isEmpty)
                if !picture.isEmpty {
                    try await browser.run(
                        "fetch('\(picture)').then(() => window.got = 'it', () => window.got = 'nothing')")
                    try await browser.wait("window.got")
                    #expect(try await browser.value("window.got") == "nothing")
                }

                // With another token one goes on where one was.
                let next = harness.playground.issueToken(for: "anna")
                try await browser.type("\(next)\u{E007}", into: "#token")
                try await browser.wait(
                    place.isEmpty
                        ? "document.querySelector('#rows a')" : "document.querySelector('#picture').naturalWidth > 300")
            }
        }
    }

    @Test(arguments: [1, -1])
    func `times are told by the operator's clock where the browser's is wrong`(sign: Int) async throws {
        let ahead = sign * (10 * 86_400 + 3 * 3_600)
        try await OperatorHarness.with { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            let model = try await harness.model { $0.status?.production != nil }
            let trained = try #require(model.status?.production?.trainedAt)
            try await Browser.with { browser in
                try await browser.setClock(aheadBy: ahead)
                try await browser.open("http://127.0.0.1:\(harness.port)/#/demo/shop")
                try await browser.wait("document.querySelector('#fresh').textContent")
                let shown = try #require(Double(try await browser.value("Date.now() / 1000")))
                #expect(abs(shown - Date().timeIntervalSince1970 - Double(ahead)) < 60)
                let days = Int(Date().timeIntervalSince(trained) / 86_400)
                #expect(try await browser.text("#version-rows").contains("\(days) d ago"))
                let conditions = try await browser.text("#conditions")
                #expect(conditions.contains("just now") || conditions.contains("1 min ago"), "\(conditions)")
                #expect(!conditions.contains(" d ago") && !conditions.contains(" h ago"))
                // The header has whole seconds.
                let isNow = try await browser.value(
                    """
                    Array.from({ length: 30 }, (_, s) => new Date(Date.now() - \(ahead)000 + 2000 - s * 1000))
                      .some((time) => document.querySelector('#fresh').textContent === `as of ${time.toLocaleTimeString()}`)
                    """)
                let fresh = try await browser.text("#fresh")
                #expect(isNow == "true", "\(fresh), and it is \(Date())")
            }
        }
    }

    @Test func `an operator that has much to do is asked again when it says, and what there is stays`() async throws {
        let isBusy = Locked(false)
        let asked = Locked(0)
        let picture = #"<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"></svg>"#
        try await withPage(port: try TestServer.freePort()) { router in
            router.get("/api/v1/models/demo/shop") { _, _ in
                Response.json([
                    "namespace": "demo", "name": "shop", "health": ["level": "Good", "reason": "UpToDate"],
                    "spec": ["horizon": "Day"],
                ])
            }
            router.get("/api/v1/models/demo/shop/:window") { _, _ in
                asked.withLock { $0 += 1 }
                guard isBusy.withLock({ $0 }) else {
                    return Response(
                        status: .ok, headers: [.contentType: "image/svg+xml"],
                        body: .init(byteBuffer: ByteBuffer(string: picture)))
                }
                var response = Response.busy
                response.headers[.retryAfter] = "2"
                return response
            }
        } _: { port in
            try await Browser.with { browser in
                try await browser.open("http://127.0.0.1:\(port)/#/demo/shop")
                try await browser.wait("document.querySelector('#picture').naturalWidth === 400")
                isBusy.withLock { $0 = true }
                try await browser.run("refresh()")
                try await browser.wait("document.querySelector('#picture-why').textContent")
                #expect(
                    try await browser.text("#picture-why")
                        == "The operator has much to do; it is asked again in 2 seconds.")
                #expect(try await browser.value("document.querySelector('#picture').naturalWidth") == "400")
                #expect(try await browser.text("#trouble").isEmpty)
                // Another picture than what there is: none.
                try await browser.click("#windows button:nth-child(2)")
                try await browser.wait("!document.querySelector('#picture').checkVisibility()")
                let before = asked.withLock { $0 }
                isBusy.withLock { $0 = false }
                try await browser.wait("document.querySelector('#picture').naturalWidth === 400", seconds: 5)
                #expect(asked.withLock { $0 } == before + 1)
                #expect(try await browser.text("#picture-why").isEmpty)
            }
        }
    }

    @Test func `the page is loaded again, once, where the operator has another version`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            try await Browser.with { browser in
                try await browser.open("http://127.0.0.1:\(harness.port)/#/demo")
                try await browser.wait("document.querySelector('#more').textContent")
                try await browser.run("window.isFirst = true")
                // The same again is no reason.
                await harness.restartOperator()
                try await harness.serving()
                try await browser.run("document.querySelector('#fresh').textContent = ''; refresh()")
                try await browser.wait("document.querySelector('#fresh').textContent")
                #expect(try await browser.value("window.isFirst") == "true")

                await harness.stopOperator()
                try await withNextVersion(port: harness.port) {
                    try await browser.wait("window.version === 2")
                    #expect(try await browser.value("window.isFirst") == "undefined")
                    #expect(try await browser.value("location.hash") == "#/demo")
                    try await browser.run("window.isFirst = true")
                    for _ in 0..<2 {
                        try await browser.run("document.querySelector('#fresh').textContent = ''; refresh()")
                        try await browser.wait("document.querySelector('#fresh').textContent")
                    }
                    #expect(try await browser.value("window.isFirst") == "true")
                }
            }
        }
    }

    /// Serves the page of another version, as far as it is looked at here, while a body runs.
    private func withNextVersion(port: Int, _ body: () async throws -> Void) async throws {
        try await withPage(port: port, appending: "\nwindow.version = 2;\n") { router in
            router.get("/api/v1/overview/demo") { _, _ in
                Response.json(["counts": ["all": 0], "found": 0, "items": []])
            }
        } _: { _ in
            try await body()
        }
    }

    /// Serves the page and what else is added, in the place of an operator, while a body runs.
    private func withPage(
        port: Int, appending code: String = "", _ add: (Router<BasicRequestContext>) -> Void,
        _ body: (Int) async throws -> Void
    ) async throws {
        let router = Router(options: .autoGenerateHeadEndpoints)
        for (path, type, content) in [
            ("/", "text/html", PackageResources.index_html), ("/api.js", "text/javascript", PackageResources.api_js),
            ("/dashboard.css", "text/css", PackageResources.dashboard_css),
            ("/elements.js", "text/javascript", PackageResources.elements_js),
            ("/dashboard.js", "text/javascript", PackageResources.dashboard_js + Array(code.utf8)),
        ] {
            router.get(RouterPath(path)) { request, _ in
                Response.tagged(ByteBuffer(bytes: content), type: type, tag: EntityTag.of(content), to: request)
            }
        }
        add(router)
        let (running, isRunning) = AsyncStream<Void>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { _ in isRunning.yield() },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let server = Task { try await application.run() }
        for await _ in running { break }
        let result: Result<Void, any Error>
        do { result = .success(try await body(port)) } catch { result = .failure(error) }
        server.cancel()
        _ = try? await server.value
        try result.get()
    }
}
