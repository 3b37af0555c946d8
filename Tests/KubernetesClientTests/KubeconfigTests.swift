import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@Suite struct KubeconfigTests {
    /// A directory that goes with the test.
    final class Directory {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("presage-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        func write(_ name: String, _ text: String) throws -> String {
            let file = url.appendingPathComponent(name)
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }

    private let pem = Data("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n".utf8).base64EncodedString()

    private func config(server: String = "https://one:6443", user: String = "token: t1", cluster: String = "") -> String
    {
        """
        apiVersion: v1
        kind: Config
        current-context: main
        clusters:
        - name: c
          cluster: {server: "\(server)"\(cluster)}
        users:
        - name: u
          user: {\(user)}
        contexts:
        - name: main
          context: {cluster: c, user: u, namespace: shop}
        - name: bad
          context: {cluster: nope}
        """
    }

    private func load(_ text: String, context: String? = nil) throws -> ClusterConfiguration {
        let directory = try Directory()
        return try ClusterConfiguration.load(kubeconfig: try directory.write("config", text), context: context)
    }

    private func mistake(_ text: String, context: String? = nil) throws -> String {
        do {
            _ = try load(text, context: context)
        } catch let error as KubernetesError {
            #expect(error.code == .configuration)
            return error.message
        }
        return try #require(nil, "the kubeconfig was taken")
    }

    @Test func `a context gives server, user and namespace`() throws {
        let configuration = try load(
            config(cluster: ", certificate-authority-data: \(pem), tls-server-name: kube, proxy-url: 'http://p:1'"))
        #expect(configuration.server == "https://one:6443")
        #expect(configuration.namespace == "shop")
        #expect(configuration.credentials == .token("t1"))
        #expect(configuration.tls.serverName == "kube")
        #expect(configuration.proxy == .url("http://p:1"))
        guard case .bytes? = configuration.tls.certificateAuthority else {
            Issue.record("no authority")
            return
        }
    }

    @Test func `files in KUBECONFIG are merged, the first entry of a name counts, missing files are passed over`()
        throws
    {
        let directory = try Directory()
        let first = try directory.write(
            "first",
            "clusters: [{name: c, cluster: {server: 'https://first:1'}}]\nusers: [{name: u, user: {tokenFile: token}}]"
        )
        _ = try directory.write("token", "from file")
        let second = try directory.write("second", config(server: "https://second:2"))
        let list = [first, directory.url.path + "/missing", second].joined(separator: ":")
        let configuration = try ClusterConfiguration.load(environment: ["KUBECONFIG": list])
        #expect(configuration.server == "https://first:1")
        #expect(configuration.credentials == .tokenFile(directory.url.path + "/token"))
        #expect(configuration.namespace == "shop")
    }

    @Test(arguments: [
        ("token: t1, tokenFile: /dev/null", ClusterConfiguration.Credentials.token("t1")),
        ("username: a, password: b", .basic(user: "a", password: "b")), ("", .none),
    ])
    func `credentials are taken in kubectl's order`(user: String, credentials: ClusterConfiguration.Credentials) throws
    {
        #expect(try load(config(user: user)).credentials == credentials)
    }

    @Test func `every mistake names the file and the field`() throws {
        let cases: [(String, String?, [String])] = [
            (config(server: ""), nil, ["clusters[c].cluster.server", "missing"]),
            (config(server: "one:6443"), nil, ["clusters[c].cluster.server", "one:6443"]),
            (config(), "other", ["other", "main", "bad"]),
            (config(), "bad", ["contexts[bad].context.cluster", "nope"]),
            (config(cluster: ", certificate-authority: /no/such.pem"), nil, ["certificate-authority", "/no/such.pem"]),
            (config(cluster: ", certificate-authority-data: '%%%'"), nil, ["certificate-authority-data", "base 64"]),
            (config(cluster: ", certificate-authority-data: aGVsbG8="), nil, ["certificate-authority-data", "PEM"]),
            (config(cluster: ", insecure-skip-tls-verify: 'x'"), nil, ["insecure-skip-tls-verify"]),
            (config(cluster: ", proxy-url: 'ftp://x'"), nil, ["proxy-url"]),
            (config(user: "client-certificate-data: \(pem)"), nil, ["users[u].user.client-key", "missing"]),
            (config(user: "tokenFile: /no/token"), nil, ["users[u].user.tokenFile", "/no/token"]),
            (config(user: "auth-provider: {name: gcp}"), nil, ["auth-provider", "exec"]),
            (config(user: "exec: {apiVersion: client.authentication.k8s.io/v1}"), nil, ["exec.command"]),
            (config(user: "exec: {command: x, apiVersion: v9}"), nil, ["exec.apiVersion", "v9"]),
            (config(user: "token: [1]"), nil, ["users[u].user.token", "string"]),
            ("a: [", nil, ["YAML", "line"]), ("kind: Pod", nil, ["kind", "Pod"]), ("clusters: 5", nil, ["clusters"]),
            ("clusters: [{cluster: {}}]", nil, ["clusters[0].name"]), ("{}", nil, ["current-context"]),
        ]
        for (text, context, words) in cases {
            let message = try mistake(text, context: context)
            for word in words { #expect(message.contains(word), "\(message)") }
            #expect(message.contains("/config"), "\(message)")
        }
    }

    @Test func `a missing file and a missing configuration say what to do`() throws {
        #expect { try ClusterConfiguration.load(kubeconfig: "/no/such/config") } throws: {
            "\($0)".contains("/no/such/config")
        }
        #expect { try ClusterConfiguration.load(environment: ["HOME": "/nonexistent"]) } throws: {
            "\($0)".contains("KUBECONFIG")
        }
        #expect { try ClusterConfiguration.load(environment: ["KUBECONFIG": "/no/a:/no/b"]) } throws: {
            "\($0)".contains("/no/a, /no/b")
        }
    }

    @Test func `a pod's service account is found`() throws {
        let directory = try Directory()
        _ = try directory.write("token", "t")
        _ = try directory.write("ca.crt", "-----BEGIN CERTIFICATE-----")
        _ = try directory.write("namespace", "operators\n")
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let configuration = try ClusterConfiguration.inCluster(environment: environment, directory: directory.url.path)
        #expect(configuration.server == "https://[fd00::1]:443")
        #expect(configuration.namespace == "operators")
        #expect(configuration.credentials == .tokenFile(directory.url.path + "/token"))
        #expect { try ClusterConfiguration.inCluster(environment: environment, directory: "/nonexistent") } throws: {
            "\($0)".contains("/nonexistent/token")
        }
    }

    @Test func `no secret is in a description`() throws {
        let configuration = try load(config(user: "token: hunter2"))
        #expect(!"\(configuration)".contains("hunter2"))
        #expect(!String(reflecting: configuration.credentials).contains("hunter2"))
    }
}
