import Foundation
import KubernetesClient
import Logging
import Playground
import Testing
import Threading

@testable import Operator

/// Who is let in, by the word of the playground and, where `PRESAGE_TEST_KUBECONFIG` names one, of a real API server.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AccessClusterTests {
    /// What was logged.
    private struct Log: LogHandler {
        let lines = Locked<[String]>([])
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    private struct Bench {
        let client: KubernetesClient
        let namespace: String
        let log = Log()
        let ahead = Locked(Duration.zero)
        let access: AccessControl

        init(_ client: KubernetesClient, _ namespace: String) {
            self.client = client
            self.namespace = namespace
            access = AccessControl(
                reviews: AccessReviews(of: client), now: { [ahead] in .now + ahead.withLock { $0 } },
                logger: Logger(label: "test") { [log] _ in log })
        }

        func create(_ json: JSONValue) async throws { _ = try await client.create(KubernetesObject(json: json)) }

        /// A service account's token.
        func account(_ name: String) async throws -> String {
            try await create([
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": .string(name), "namespace": .string(namespace)],
            ])
            let answer = try await client.create(
                "token", of: name, namespace: namespace,
                ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]],
                definition: ServiceAccount.definition)
            return try #require(answer["status", "token"]?.stringValue)
        }

        /// Gives an account a right, in this namespace or in all; returns how to take it away.
        func give(_ account: String, _ rule: JSONValue, everywhere: Bool = false) async throws -> () async throws ->
            Void
        {
            let name = "\(namespace)-\(account)"
            var metadata: JSONObject = ["name": .string(name)]
            if !everywhere { metadata["namespace"] = .string(namespace) }
            let kind = everywhere ? "ClusterRole" : "Role"
            let group = "rbac.authorization.k8s.io"
            try await create([
                "apiVersion": .string("\(group)/v1"), "kind": .string(kind), "metadata": .object(metadata),
                "rules": [rule],
            ])
            try await create([
                "apiVersion": .string("\(group)/v1"), "kind": .string("\(kind)Binding"), "metadata": .object(metadata),
                "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": .string(name)],
                "subjects": [
                    ["kind": "ServiceAccount", "name": .string(account), "namespace": .string(namespace)]
                ],
            ])
            let definitions = [kind, "\(kind)Binding"].map { kind in
                ResourceDefinition(
                    group: group, version: "v1", plural: kind.lowercased() + "s", kind: kind, namespaced: !everywhere)
            }
            return { [client, namespace] in
                for definition in definitions {
                    try await client.delete(
                        KubernetesObject.self, name, namespace: namespace, definition: definition)
                }
            }
        }

        func verdict(_ token: String?, _ right: AccessRight) async -> AccessControl.Verdict {
            await access.verdict(authorization: token.map { "Bearer \($0)" }, right: right)
        }
    }

    private func with(_ cluster: String, _ body: (Bench) async throws -> Void) async throws {
        let namespace = "access-\(UUID().uuidString.prefix(8).lowercased())"
        func run(_ client: KubernetesClient) async throws {
            _ = try await client.create(Namespace(metadata: ObjectMeta(name: namespace)))
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(Bench(client, namespace))) } catch { outcome = .failure(error) }
            try await client.delete(Namespace.self, namespace)
            try outcome.get()
        }
        if let kubeconfig = RealPods.cluster, cluster == "real" {
            return try await run(KubernetesClient(configuration: try .load(kubeconfig: kubeconfig)))
        }
        var configuration = PlaygroundConfiguration()
        configuration.pods.isEnabled = false
        let playground = try await PlaygroundServer.start(configuration)
        let file = playground.dataDirectory.appending(path: "kubeconfig")
        try Data(playground.kubeconfig.utf8).write(to: file)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await run(KubernetesClient(configuration: try .load(kubeconfig: file.path))))
        } catch {
            outcome = .failure(error)
        }
        await playground.stop()
        try outcome.get()
    }

    private static let clusters = RealPods.cluster == nil ? ["playground"] : ["playground", "real"]
    private static let models: JSONValue = [
        "apiGroups": ["presage.dev"], "resources": ["forecastmodels"], "verbs": ["get", "list"],
    ]

    @Test(arguments: clusters) func `a right in a namespace is one there, a right everywhere one everywhere`(
        cluster: String
    ) async throws {
        try await with(cluster) { bench in
            let here = try await bench.account("here")
            let everywhere = try await bench.account("everywhere")
            let one = try await bench.account("one")
            var remove: [() async throws -> Void] = []
            remove.append(try await bench.give("here", Self.models))
            remove.append(try await bench.give("everywhere", Self.models, everywhere: true))
            remove.append(
                try await bench.give(
                    "one",
                    [
                        "apiGroups": ["presage.dev"], "resources": ["forecastmodels"], "verbs": ["get"],
                        "resourceNames": ["shop"],
                    ]))
            let prefix = "system:serviceaccount:\(bench.namespace)"
            let list = AccessRight.listModels(namespace: bench.namespace)
            func get(_ name: String) -> AccessRight { .getModel(namespace: bench.namespace, name: name) }

            #expect(await bench.verdict(here, list) == .allowed)
            #expect(await bench.verdict(here, get("shop")) == .allowed)
            let refused = AccessControl.Verdict.forbidden(user: "\(prefix):here")
            #expect(await bench.verdict(here, .listModels(namespace: nil)) == refused)
            #expect(await bench.verdict(here, .listModels(namespace: "default")) == refused)
            #expect(await bench.verdict(here, .getModel(namespace: "default", name: "shop")) == refused)
            #expect(await bench.verdict(here, .path("/metrics")) == refused)

            #expect(await bench.verdict(everywhere, .listModels(namespace: nil)) == .allowed)
            #expect(await bench.verdict(everywhere, get("shop")) == .allowed)
            #expect(await bench.verdict(everywhere, .path("/metrics")) == .forbidden(user: "\(prefix):everywhere"))

            #expect(await bench.verdict(one, get("shop")) == .allowed)
            #expect(await bench.verdict(one, get("other")) == .forbidden(user: "\(prefix):one"))
            #expect(await bench.verdict(one, list) == .forbidden(user: "\(prefix):one"))
            for remove in remove { try await remove() }
        }
    }

    @Test(arguments: clusters) func `a scraper may read metrics and no model`(cluster: String) async throws {
        try await with(cluster) { bench in
            let token = try await bench.account("scraper")
            let user = "system:serviceaccount:\(bench.namespace):scraper"
            #expect(await bench.verdict(token, .path("/metrics")) == .forbidden(user: user))
            let remove = try await bench.give(
                "scraper", ["nonResourceURLs": ["/metrics"], "verbs": ["get"]], everywhere: true)
            // The refusal is forgotten soon.
            bench.ahead.withLock { $0 = .seconds(11) }
            #expect(await bench.verdict(token, .path("/metrics")) == .allowed)
            #expect(await bench.verdict(token, .path("/metrics/other")) == .forbidden(user: user))
            #expect(await bench.verdict(token, .listModels(namespace: nil)) == .forbidden(user: user))

            // What is taken away is gone a minute later.
            try await remove()
            #expect(await bench.verdict(token, .path("/metrics")) == .allowed)
            bench.ahead.withLock { $0 = .seconds(11 + 61) }
            #expect(await bench.verdict(token, .path("/metrics")) == .forbidden(user: user))
        }
    }

    @Test(arguments: clusters) func `no token and wrong tokens let nobody in, and reach no log`(cluster: String)
        async throws
    {
        try await with(cluster) { bench in
            let right = AccessRight.path("/metrics")
            #expect(await bench.verdict(nil, right) == .tokenMissing)
            for header in ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "Bearer a b", "Token s3cret"] {
                #expect(
                    await bench.access.verdict(authorization: header, right: right) == .tokenMissing, "\(header)")
            }
            for token in [
                "s3cret-token", "s3cret.s3cret.s3cret", "s3cretü\"\\{}", String(repeating: "s3cret", count: 1000),
            ] {
                #expect(await bench.verdict(token, right) == .tokenRefused, "\(token)")
            }
            #expect(await bench.access.verdict(authorization: "bearer s3cret", right: right) == .tokenRefused)
            #expect(bench.log.lines.withLock { $0 }.filter { $0.contains("s3cret") } == [])
        }
    }

    @Test func `what an API server says of a token does not bring it into the log`() async throws {
        var configuration = PlaygroundConfiguration()
        configuration.pods.isEnabled = false
        let playground = try await PlaygroundServer.start(configuration)
        let file = playground.dataDirectory.appending(path: "kubeconfig")
        try Data(playground.kubeconfig.utf8).write(to: file)
        let bench = Bench(KubernetesClient(configuration: try .load(kubeconfig: file.path)), "default")
        playground.inject(
            Fault(
                .status(
                    code: 422, reason: "Invalid", retryAfterSeconds: nil,
                    message: #"spec.token: Invalid value: "s3cret-token""#),
                method: "POST", path: "/tokenreviews"))
        let verdict = await bench.verdict("s3cret-token", .path("/metrics"))
        await playground.stop()
        #expect(verdict == .unavailable)
        let lines = bench.log.lines.withLock { $0 }
        #expect(lines.contains { $0.contains(#"spec.token: Invalid value: "[token]""#) }, "\(lines)")
        #expect(!lines.contains { $0.contains("s3cret") }, "\(lines)")
    }

    @Test func `an operator that may not ask says so before it starts, and what to apply`() async throws {
        try await OperatorHarness.with { harness in
            harness.playground.setGate(
                RequestGate(before: { request in
                    guard request.path.hasSuffix("/subjectaccessreviews") else { return nil }
                    return .status(code: 403, reason: "Forbidden", retryAfterSeconds: nil)
                }))
            func check(_ mode: AuthorizationMode) async throws {
                try await Operator(
                    client: harness.client,
                    settings: OperatorSettings(
                        trainerImage: "presage", authorizationMode: mode, leaseNamespace: "default"),
                    registry: PrometheusRegistry(), logger: Logger(label: "test")
                ).checkAccess()
            }
            try await check(.alwaysAllow)
            await #expect {
                try await check(.webhook)
            } throws: { error in
                "\(error)".contains("--authorization-mode Webhook") && "\(error)".contains("apply config/rbac")
            }
            harness.playground.setGate(nil)
            try await check(.webhook)
        }
    }
}
