import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import KubernetesClient

/// Whatever kubeconfigs hold: a configuration that keeps its promises, or an error that names the file.
@Suite struct KubeconfigFuzzTests {
    private static let secret = "s3cr3t-"
    private static let pem = Data("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n".utf8)
        .base64EncodedString()

    private static let tokens = [
        ": ", "\n", "\n  ", "- ", "{", "}", "[", "]", "null", "~", "''", "https://", "http://[::1]:1", "http://",
        "name: b\n",
        "certificate-authority: /dev/null\n", "client-key: /dev/null\n", "tokenFile: x\n", "server: 5\n", "&a ", "*a",
        "<<: *a",
        "current-context: other\n", "---\n", "kind: Pod\n", "\u{0}", "é", "insecure-skip-tls-verify: true\n",
        "exec: []\n",
    ]
    private static let mutator = ByteMutator(
        seeds: (0..<12).map { number in
            var random = FuzzRandom(seed: UInt64(number))
            let value = document(&random)
            return number % 2 == 0 ? YAML.write(value) : value.jsonString([.pretty])
        },
        tokens: tokens, bytes: [[0xFF], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF]]
    )

    /// A kubeconfig as a cloud, a tool or a person would write it, though not always consistent.
    private static func document(_ random: inout FuzzRandom) -> JSONValue {
        let names = ["a", "b", "other"]
        var clusters: [JSONValue] = []
        var users: [JSONValue] = []
        var contexts: [JSONValue] = []
        for name in names.prefix(1 + random.below(3)) {
            var cluster: JSONObject = [
                "server": .string(random.pick(["https://h:6443", "http://[::1]:80/p/", "https://h"]))
            ]
            cluster[random.once(in: 4) ? "insecure-skip-tls-verify" : "other"] = true
            if cluster["other"] != nil { cluster["certificate-authority-data"] = .string(pem) }
            if random.once(in: 4) { cluster["tls-server-name"] = "kube" }
            if random.once(in: 4) {
                cluster["proxy-url"] = .string(random.pick(["socks5://p:1", "http://u:p@p", "https://p"]))
            }
            clusters.append(["name": .string(name), "cluster": .object(cluster)])
            users.append(["name": .string(name), "user": user(&random)])
            contexts.append([
                "name": .string(name),
                "context": [
                    "cluster": .string(random.once(in: 9) ? "other" : name),
                    "user": .string(random.once(in: 9) ? "other" : name), "namespace": "n",
                ],
            ])
        }
        return [
            "apiVersion": "v1", "kind": "Config",
            "current-context": .string(random.once(in: 9) ? random.pick(names) : "a"),
            "clusters": .array(clusters),
            "users": .array(users), "contexts": .array(contexts), "preferences": [:],
        ]
    }

    private static func user(_ random: inout FuzzRandom) -> JSONValue {
        switch random.below(6) {
        case 0: ["token": .string(secret + "token")]
        case 1: ["tokenFile": "/dev/null"]
        case 2: ["username": "u", "password": .string(secret + "password")]
        case 3: ["client-certificate-data": .string(pem), "client-key-data": .string(pem)]
        case 4:
            [
                "exec": [
                    "apiVersion": "client.authentication.k8s.io/v1",
                    "command": .string(random.pick(["./plugin", "aws"])),
                    "args": ["--x", "y"], "env": [["name": "A", "value": .string(secret + "env")]],
                    "provideClusterInfo": true,
                    "interactiveMode": "IfAvailable",
                ]
            ]
        default: [:]
        }
    }

    /// The configuration of some files, or what is wrong with them.
    private func load(_ files: [[UInt8]], context: String? = nil) -> Result<ClusterConfiguration, KubernetesError> {
        do throws(KubernetesError) {
            var merged = Kubeconfig()
            for (index, bytes) in files.enumerated() { try merged.merge(bytes, file: "/nowhere/config\(index)") }
            return .success(try merged.configuration(context: context))
        } catch {
            return .failure(error)
        }
    }

    /// What can be compared of an outcome; the paths of the files do not count.
    private func summary(_ outcome: Result<ClusterConfiguration, KubernetesError>) -> String? {
        guard case .success(let value) = outcome else { return nil }
        return "\(value.server) \(value.namespace) \(value.tls) \(value.proxy) \(value.credentials)"
    }

    /// Checks what must hold whatever was read; gives whether it was taken.
    private func check(_ files: [[UInt8]], _ number: Int) throws -> Bool {
        switch load(files) {
        case .failure(let error):
            #expect(error.code == .configuration, "input \(number)")
            #expect(error.message.contains("/nowhere/config"), "input \(number): \(error.message)")
            return false
        case .success(let configuration):
            let server = configuration.server
            #expect(server.hasPrefix("https://") || server.hasPrefix("http://"), "input \(number)")
            #expect(!server.hasSuffix("/"), "input \(number)")
            #expect(!configuration.namespace.isEmpty, "input \(number)")
            #expect(
                !configuration.tls.insecureSkipVerify || configuration.tls.certificateAuthority == nil,
                "input \(number)")
            if case .token(let token) = configuration.credentials { #expect(!token.isEmpty, "input \(number)") }
            if case .exec(let plugin) = configuration.credentials {
                #expect(!plugin.command.isEmpty, "input \(number)")
            }
            #expect(!"\(configuration)".contains(Self.secret), "input \(number)")
            // Written anew as one YAML or JSON file each, it means the same; an empty file or itself again adds
            // nothing.
            let known = summary(.success(configuration))
            let documents = try files.map { try YAML.parse($0) }
            #expect(summary(load(documents.map { Array(YAML.write($0).utf8) })) == known, "input \(number)")
            #expect(summary(load(files + files)) == known, "input \(number)")
            #expect(summary(load([[], Array("{}".utf8)] + files)) == known, "input \(number)")
            return true
        }
    }

    @Test func `mangled kubeconfigs are taken as promised, or refused by file`() async throws {
        let run = FuzzRun("kubeconfig, mangled", count: 600)
        let taken = try await run.run { number, random throws in
            var files = [Self.mutator.input(&random)]
            if random.once(in: 3) { files.append(Self.mutator.input(&random)) }
            return try check(files, number)
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `kubeconfigs with wrong, missing and repeated members are taken as promised, or refused by file`()
        async throws
    {
        let run = FuzzRun("kubeconfig, changed", count: 600)
        let taken = try await run.run { number, random throws in
            let files = (0..<(1 + random.below(2))).map { _ in
                var value = Self.document(&random)
                for _ in 0..<random.below(4) { value = Grown.change(value, &random) }
                return random.once(in: 2) ? Array(YAML.write(value).utf8) : value.serialized()
            }
            return try check(files, number)
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }

    @Test func `of several files the first entry of a name counts`() async throws {
        try await FuzzRun("kubeconfig, merged", count: 200).run { number, random throws in
            let first = Self.document(&random), second = Self.document(&random)
            var merged = Kubeconfig()
            try merged.merge(first.serialized(), file: "first")
            try merged.merge(second.serialized(), file: "second")
            for (list, entries) in [
                ("clusters", merged.clusters), ("users", merged.users), ("contexts", merged.contexts),
            ] {
                let names = (first[key: list]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                for (name, entry) in entries {
                    #expect(entry.file == (names.contains(name) ? "first" : "second"), "input \(number)")
                }
            }
            #expect(merged.currentContext == first["current-context"]?.stringValue, "input \(number)")
            return true
        }
    }

    // MARK: Credential plugins

    private static let plugin = ExecPlugin(command: "plugin")
    private static let answers = ByteMutator(
        seeds: [
            #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t-1","expirationTimestamp":"2026-11-21T10:00:00Z"}}"#,
            #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false},"status":{"clientCertificateData":"s3cr3t-c","clientKeyData":"s3cr3t-k"}}"#,
        ],
        tokens: [
            "{", "}", "\"", ",", ":", "null", "\"\"", "[]", "\"token\":", "\"status\":",
            "\"expirationTimestamp\":\"now\"",
            "2026-13-01T00:00:00Z", "\\n", "\\u0000", "\"clientKeyData\":\"s3cr3t-x\"", "error: s3cr3t-2\n",
        ],
        bytes: [[0xFF], [0x00]]
    )

    @Test func `a credential plugin that prints without end is ended`() async throws {
        let error = await #expect(throws: KubernetesError.self) {
            try await ExecPluginRunner.run(ExecPlugin(command: "/usr/bin/yes"))
        }
        #expect(error?.code == .credentialPlugin)
        #expect(error?.message.contains("4 MiB") == true)
    }

    @Test func `what a credential plugin prints is taken whole, or refused without showing it`() async throws {
        let run = FuzzRun("exec output, mangled", count: 1_000)
        let taken = try await run.run { number, random throws in
            let bytes = Self.answers.input(&random)
            do throws(KubernetesError) {
                let (credential, _) = try ExecPluginRunner.read(bytes, Self.plugin)
                #expect(credential.authorization != nil || credential.identity != nil, "input \(number)")
                #expect(credential.authorization != "Bearer ", "input \(number)")
                return true
            } catch {
                #expect(error.code == .credentialPlugin, "input \(number)")
                #expect(error.message.contains("'plugin'"), "input \(number)")
                #expect(!error.message.contains(Self.secret), "input \(number)")
                return false
            }
        }
        #expect(taken > run.count / 20 && taken < run.count, "both outcomes are common, or this tests nothing")
    }
}
