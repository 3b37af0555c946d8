import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@Suite(.patience(minutes: 1))
struct ClientTests {
    private let configMap =
        #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n","resourceVersion":"1"},"data":{"k":"v"}}"#

    private func failure(_ status: Int, _ body: String, headers: [String: String] = [:], token: String? = nil)
        async throws -> KubernetesError
    {
        let server = try ScriptedServer { _, connection in connection.respond(status, body, headers: headers) }
        defer { server.stop() }
        do {
            let _: ConfigMap = try await KubernetesClient(server, token: token, time: FakeTime()).get(
                ConfigMap.self, "a", namespace: "n")
        } catch let error as KubernetesError {
            return error
        }
        return try #require(nil, "the request did not fail")
    }

    @Test func `requests go to the right place with the right words`() async throws {
        let configMap = configMap
        let server = try ScriptedServer { _, connection in connection.respond(200, configMap) }
        defer { server.stop() }
        let client = KubernetesClient(server, token: "t")
        let read: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        #expect(read.data == ["k": "v"])
        _ = try await client.create(
            read, options: .init(fieldManager: "presage", dryRun: true, fieldValidation: .strict))
        _ = try await client.update(read)
        _ = try await client.updateStatus(read)
        let _: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: "n", .merge(["data": ["k": .null]]))
        let _: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: "n", .json([]))
        let _: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: "n", .strategic([:]))
        _ = try await client.apply(read, fieldManager: "presage", force: true)
        try await client.delete(ConfigMap.self, "a", namespace: "n", options: .init(propagation: .foreground, uid: "u"))
        let seen = server.requests.map { "\($0.method) \($0.target) \($0.headers["content-type"] ?? "-")" }
        let path = "/api/v1/namespaces/n/configmaps"
        #expect(
            seen == [
                "GET \(path)/a -",
                "POST \(path)?fieldManager=presage&dryRun=All&fieldValidation=Strict application/json",
                "PUT \(path)/a application/json", "PUT \(path)/a/status application/json",
                "PATCH \(path)/a application/merge-patch+json", "PATCH \(path)/a application/json-patch+json",
                "PATCH \(path)/a application/strategic-merge-patch+json",
                "PATCH \(path)/a?fieldManager=presage&force=true application/apply-patch+yaml",
                "DELETE \(path)/a application/json",
            ]
        )
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer t" })
        let body = try JSONValue(parsing: server.requests[8].body)
        #expect(body["propagationPolicy"] == "Foreground")
        #expect(body["preconditions", "uid"] == "u")
        #expect(try JSONValue(parsing: server.requests[1].body) == JSONValue(parsing: configMap))
    }

    @Test func `behind a fence that is closed nothing is written, and everything read`() async throws {
        let configMap = configMap
        let isOpen = Noted(true)
        // The fence closes between the first try of a write and the next.
        let server = try ScriptedServer { request, connection in
            guard request.method != "GET" else { return connection.respond(200, configMap) }
            isOpen.change { $0 = false }
            connection.respond(503, "{}", headers: ["Retry-After": "1"])
        }
        defer { server.stop() }
        let client = KubernetesClient(server, time: FakeTime()).fenced { isOpen.value }
        let read: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        for write in 1...2 {
            let error = await #expect(throws: KubernetesError.self, "write \(write)") {
                _ = try await client.update(read)
            }
            #expect(
                error?.code == .fenced && error?.message.contains("configmaps n/a") == true, "\(error?.message ?? "")")
        }
        let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        #expect(server.requests.map(\.method) == ["GET", "PUT", "GET"])
    }

    @Test func `a log is read as it is written, and why there is none is told`() async throws {
        let server = try ScriptedServer { request, connection in
            guard request.query("container") == "trainer" else {
                return connection.respond(
                    400, #"{"kind":"Status","reason":"BadRequest","message":"choose a container","code":400}"#)
            }
            connection.beginChunked()
            connection.chunk("first\n")
            usleep(50_000)
            connection.chunk("second\n")
            connection.send("0\r\n\r\n")
        }
        defer { server.stop() }
        let client = KubernetesClient(server)
        let log = try await client.logs(
            pod: "p", namespace: "n", container: "trainer", follow: true, tailLines: 2, previous: true)
        #expect(String(decoding: try await log.collect(), as: UTF8.self) == "first\nsecond\n")
        #expect(
            server.requests.first?.target
                == "/api/v1/namespaces/n/pods/p/log?container=trainer&follow=true&tailLines=2&previous=true")
        let error = await #expect(throws: KubernetesError.self) { try await client.logs(pod: "p", namespace: "n") }
        #expect(error?.code == .invalid && error?.message.contains("choose a container") == true)
    }

    @Test(arguments: [
        (404, "NotFound", KubernetesError.Code.notFound), (409, "AlreadyExists", .alreadyExists),
        (409, "Conflict", .conflict), (403, "Forbidden", .forbidden), (422, "Invalid", .invalid),
        (410, "Expired", .expired), (413, "RequestEntityTooLarge", .tooLarge), (500, "InternalError", .server),
    ])
    func `an error carries the server's Status`(http: Int, reason: String, code: KubernetesError.Code) async throws {
        let body = #"{"kind":"Status","status":"Failure","message":"the words","reason":"\#(reason)","code":\#(http)}"#
        let error = try await failure(http, body)
        #expect(error.code == code)
        #expect(error.status?.reason == reason)
        #expect(error.message.contains("get configmaps n/a"))
        #expect(error.message.contains("the words"))
    }

    @Test(arguments: [
        (#"configmaps "a" is forbidden: User "system:anonymous" cannot get resource "configmaps""#, true),
        ("", true),
        (#"configmaps "a" is forbidden: exceeded quota: small, requested: count/configmaps=1"#, false),
        (#"admission webhook "validate.policy.example" denied the request: no limits"#, false),
    ])
    func `only a missing right is told to be mended by RBAC`(said: String, isRight: Bool) async throws {
        let words = said.replacingOccurrences(of: "\"", with: "\\\"")
        let error = try await failure(
            403, #"{"kind":"Status","status":"Failure","message":"\#(words)","reason":"Forbidden","code":403}"#)
        #expect(error.code == .forbidden)
        #expect(said.isEmpty || error.message.contains(said))
        #expect(error.message.contains("RBAC") == isRight, "\(error.message)")
    }

    @Test func `an error that is no Status is cut short and kept`() async throws {
        let error = try await failure(502, "<html>\nBad gateway\n" + String(repeating: "x", count: 100_000))
        #expect(error.code == .server)
        #expect(error.message.count < 500)
    }

    @Test func `a refused token is not in the message`() async throws {
        let error = try await failure(401, #"{"kind":"Status","message":"Unauthorized","code":401}"#, token: "hunter2")
        #expect(error.code == .unauthorized)
        #expect(error.message.contains("token"))
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test func `a busy server is asked again after the time it names`() async throws {
        let tries = Noted(0)
        let configMap = configMap
        let server = try ScriptedServer { _, connection in
            let turn = tries.change {
                $0 += 1; return $0
            }
            switch turn {
            case 1: connection.respond(429, "{}", headers: ["Retry-After": "7"])
            case 2: connection.respond(503, "{}", headers: ["Retry-After": "3"])
            case 3:
                connection.respond(
                    503, "{}",
                    headers: [
                        "Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:42 GMT",
                    ])
            default: connection.respond(200, configMap)
            }
        }
        defer { server.stop() }
        let time = FakeTime()
        let _: ConfigMap = try await KubernetesClient(server, time: time).get(ConfigMap.self, "a", namespace: "n")
        #expect(time.sleeps == [.seconds(7), .seconds(3), .seconds(5)])
        #expect(tries.value == 4)
    }

    @Test func `a server that stays busy is given up on`() async throws {
        let error = try await failure(429, "{}", headers: ["Retry-After": "1"])
        #expect(error.code == .tooManyRequests)
    }

    @Test func `a write is not repeated where the server does not ask for it`() async throws {
        let tries = Noted(0)
        let server = try ScriptedServer { _, connection in
            tries.change { $0 += 1 }
            connection.respond(500, "{}")
        }
        defer { server.stop() }
        await #expect(throws: KubernetesError.self) {
            try await KubernetesClient(server).create(ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n")))
        }
        #expect(tries.value == 1)
    }

    @Test func `the rate limit spaces requests`() async throws {
        let configMap = configMap
        let server = try ScriptedServer { _, connection in connection.respond(200, configMap) }
        defer { server.stop() }
        let time = FakeTime()
        let client = KubernetesClient(server, time: time, options: .init(requestsPerSecond: 10, burst: 5))
        for _ in 0..<25 { let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n") }
        #expect(
            abs(
                Double(time.monotonic().components.seconds) + Double(time.monotonic().components.attoseconds) * 1e-18
                    - 2) < 0.2)
    }

    @Test func `pages are read to the end, and anew when they expire`() async throws {
        let expired = Noted(false)
        let server = try ScriptedServer { request, connection in
            let page = request.query("continue").flatMap { Int($0) } ?? 0
            if page == 2,
                !expired.change({
                    let was = $0; $0 = true; return was
                })
            {
                return connection.respond(410, #"{"kind":"Status","reason":"Expired","code":410}"#)
            }
            let items = (0..<2).map { #"{"metadata":{"name":"p\#(page)-\#($0)","namespace":"n"}}"# }.joined(
                separator: ",")
            let next = page < 3 ? #","continue":"\#(page + 1)""# : ""
            connection.respond(
                200, #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"9"\#(next)},"items":[\#(items)]}"#)
        }
        defer { server.stop() }
        let list: ResourceList<ConfigMap> = try await KubernetesClient(server).listAll(ConfigMap.self, namespace: "n")
        #expect(list.items.map(\.metadata.name) == (0..<4).flatMap { page in (0..<2).map { "p\(page)-\($0)" } })
        #expect(list.items.allSatisfy { $0.object.kind == "ConfigMap" && $0.object.apiVersion == "v1" })
        #expect(list.resourceVersion == "9")
    }

    @Test(arguments: ["{\"kind\":\"ConfigMap\",", "not json", ""])
    func `an answer that is cut or garbled is an error`(body: String) async throws {
        #expect(try await failure(200, body).code == .malformedResponse)
    }

    @Test func `an unreachable server is named`() async throws {
        let server = try ScriptedServer()
        server.stop()
        do {
            let _: ConfigMap = try await KubernetesClient(server).get(ConfigMap.self, "a", namespace: "n")
            Issue.record("answered")
        } catch let error as KubernetesError {
            #expect(error.code == .transport)
            #expect(error.transport?.code == .connectionFailed)
            #expect(error.message.contains("127.0.0.1:\(server.port)"))
        }
    }

    @Test func `a token file is read again when the server refuses the old token`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("presage-token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("old\n".utf8).write(to: file)
        let valid = Noted("old")
        let configMap = configMap
        let server = try ScriptedServer { request, connection in
            if request.headers["authorization"] == "Bearer \(valid.value)" {
                connection.respond(200, configMap)
            } else {
                connection.respond(401, "{}")
            }
        }
        defer { server.stop() }
        let client = KubernetesClient(
            configuration: .init(server: server.url, proxy: .none, credentials: .tokenFile(file.path))
        )
        let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        try Data("new".utf8).write(to: file)
        valid.change { $0 = "new" }
        let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer old", "Bearer old", "Bearer new"])
    }

    @Test func `an exec plugin is run once until its credential expires`() async throws {
        let directory = try KubeconfigTests.Directory()
        let script = try directory.write(
            "plugin",
            """
            #!/bin/sh
            echo run >> '\(directory.url.path)/runs'
            n=$(wc -l < '\(directory.url.path)/runs' | tr -d ' ')
            case "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 3;; esac
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$PREFIX-$n'","expirationTimestamp":"'$(if [ $n = 1 ]; then echo 2026-09-21T15:13:20Z; else echo 2026-09-21T17:13:20Z; fi)'"}}'
            """
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let configMap = configMap
        let server = try ScriptedServer { _, connection in connection.respond(200, configMap) }
        defer { server.stop() }
        let time = FakeTime()
        let plugin = ExecPlugin(command: script, environment: ["PREFIX": "token"])
        let client = KubernetesClient(
            configuration: .init(server: server.url, proxy: .none, credentials: .exec(plugin)),
            time: time
        )
        for _ in 0..<3 { let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n") }
        time.advance(.seconds(3590))
        let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
        let seen = server.requests.map { $0.headers["authorization"] ?? "" }
        #expect(seen == ["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"])
    }

    @Test(arguments: [
        ("exit 4", "status 4"), ("echo nonsense-hunter2", "no JSON"), ("echo '{\"kind\":\"Pod\"}'", "ExecCredential"),
    ])
    func `a plugin that fails is named, and what it printed is not`(body: String, words: String) async throws {
        let directory = try KubeconfigTests.Directory()
        let script = try directory.write("plugin", "#!/bin/sh\n\(body)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let client = KubernetesClient(
            configuration: .init(server: "http://127.0.0.1:1", credentials: .exec(ExecPlugin(command: script)))
        )
        do {
            let _: ConfigMap = try await client.get(ConfigMap.self, "a", namespace: "n")
            Issue.record("no error")
        } catch let error as KubernetesError {
            #expect(error.code == .credentialPlugin)
            #expect(error.message.contains(words))
            #expect(error.message.contains(script))
            #expect(!error.message.contains("hunter2"))
        }
    }

    @Test func `discovery reads the aggregated form and the old one`() async throws {
        let aggregated = Noted(true)
        let server = try ScriptedServer { request, connection in
            switch (request.path, aggregated.value) {
            case ("/apis", true):
                connection.respond(
                    200,
                    #"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[{"resource":"deployments","scope":"Namespaced","responseKind":{"kind":"Deployment"}}]}]}]}"#
                )
            case ("/api", true): connection.respond(200, #"{"kind":"APIGroupDiscoveryList","items":[]}"#)
            case ("/apis", false):
                connection.respond(200, #"{"groups":[{"name":"apps","versions":[{"version":"v1"}]}]}"#)
            case ("/api", false): connection.respond(200, #"{"versions":["v1"]}"#)
            case ("/apis/apps/v1", _):
                connection.respond(
                    200,
                    #"{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true},{"name":"deployments/status","kind":"Deployment","namespaced":true}]}"#
                )
            default: connection.respond(200, #"{"resources":[]}"#)
            }
        }
        defer { server.stop() }
        let client = KubernetesClient(server)
        #expect(try await client.discover() == [Deployment.definition])
        aggregated.change { $0 = false }
        #expect(try await client.discover() == [Deployment.definition])
        #expect(try await client.definition(apiVersion: "apps/v1", kind: "Deployment") == Deployment.definition)
        await #expect { try await client.definition(apiVersion: "apps/v1", kind: "Nope") } throws: {
            ($0 as? KubernetesError)?.code == .notFound
        }
    }
}
