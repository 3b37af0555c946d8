import Foundation
import HTTPTransport

extension Kubeconfig {
    /// The configuration of a context.
    func configuration(context requested: String?) throws(KubernetesError) -> ClusterConfiguration {
        let origin = files.joined(separator: ", ")
        guard let name = requested ?? currentContext else {
            throw Self.mistake("\(origin): current-context is not set; name a context: \(Self.list(contexts))")
        }
        guard let context = contexts[name] else {
            throw Self.mistake("\(origin): there is no context '\(name)'; there are: \(Self.list(contexts))")
        }
        guard let clusterName = try context.string("cluster") else { throw context.mistake("cluster", "is missing") }
        guard let cluster = clusters[clusterName] else {
            throw context.mistake("cluster", "names '\(clusterName)', which is not among: \(Self.list(clusters))")
        }
        guard let server = try cluster.string("server") else { throw cluster.mistake("server", "is missing") }
        guard server.hasPrefix("https://") || server.hasPrefix("http://"), URL(string: server)?.host != nil else {
            throw cluster.mistake("server", "is '\(server)', which is no http or https URL")
        }
        var tls = try Self.trust(of: cluster)
        var credentials = ClusterConfiguration.Credentials.none
        if let userName = try context.string("user") {
            guard let user = users[userName] else {
                throw context.mistake("user", "names '\(userName)', which is not among: \(Self.list(users))")
            }
            tls.identity = try Self.identity(of: user)
            credentials = try Self.credentials(of: user, cluster: cluster)
        }
        var proxy = HTTPProxy.environment
        if let url = try cluster.string("proxy-url") {
            guard ["http://", "https://", "socks5://"].contains(where: url.hasPrefix) else {
                throw cluster.mistake("proxy-url", "must begin with http://, https:// or socks5://")
            }
            proxy = .url(url)
        }
        return ClusterConfiguration(
            server: server,
            namespace: try context.string("namespace") ?? "default",
            tls: tls,
            proxy: proxy,
            credentials: credentials,
            source: "\(context.file), context \(name)"
        )
    }

    private static func list(_ entries: [String: Entry]) -> String {
        entries.isEmpty ? "(none)" : entries.keys.sorted().joined(separator: ", ")
    }

    private static func trust(of cluster: Entry) throws(KubernetesError) -> TLSConfiguration {
        var tls = TLSConfiguration()
        tls.serverName = try cluster.string("tls-server-name")
        tls.insecureSkipVerify = try cluster.bool("insecure-skip-tls-verify")
        let field = "certificate-authority"
        if let data = try cluster.data(field + "-data") {
            guard isPEM(data) else { throw cluster.mistake(field + "-data", "holds no PEM certificate") }
            tls.certificateAuthority = .bytes(data)
        } else if let path = try cluster.path(field) {
            tls.certificateAuthority = .file(path)
        }
        if tls.insecureSkipVerify, tls.certificateAuthority != nil {
            throw cluster.mistake(
                "insecure-skip-tls-verify", "is set together with a certificate authority; remove one")
        }
        return tls
    }

    private static func identity(of user: Entry) throws(KubernetesError) -> TLSConfiguration.Identity? {
        let certificate = try material(user, "client-certificate")
        let key = try material(user, "client-key")
        switch (certificate, key) {
        case (let certificate?, let key?): return .init(certificate: certificate, key: key)
        case (nil, nil): return nil
        case (_?, nil): throw user.mistake("client-key", "is missing beside client-certificate")
        case (nil, _?): throw user.mistake("client-certificate", "is missing beside client-key")
        }
    }

    private static func material(
        _ entry: Entry,
        _ field: String
    ) throws(KubernetesError) -> TLSConfiguration.Material? {
        if let data = try entry.data(field + "-data") {
            guard isPEM(data) else { throw entry.mistake(field + "-data", "holds no PEM") }
            return .bytes(data)
        }
        return try entry.path(field).map { .file($0) }
    }

    private static func credentials(
        of user: Entry,
        cluster: Entry
    ) throws(KubernetesError) -> ClusterConfiguration.Credentials {
        // kubectl's order: a token wins over its file, both over basic authentication, and exec comes last.
        if let token = try user.string("token") { return .token(token) }
        if let path = try user.path("tokenFile") { return .tokenFile(path) }
        if let name = try user.string("username") {
            return .basic(user: name, password: try user.string("password") ?? "")
        }
        if user.value["auth-provider"]?.objectValue != nil {
            throw user.mistake("auth-provider", "is no longer known to Kubernetes; use an exec plugin")
        }
        guard let exec = user.value["exec"], !exec.isNull else { return .none }
        let entry = Entry(value: exec, file: user.file, field: user.field + ".exec")
        guard exec.objectValue != nil else { throw user.mistake("exec", "must be an object") }
        guard let command = try entry.string("command") else { throw entry.mistake("command", "is missing") }
        let version = try entry.string("apiVersion") ?? ""
        guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(version) else {
            throw entry.mistake("apiVersion", "is '\(version)'; client.authentication.k8s.io/v1 or v1beta1 is known")
        }
        if try entry.string("interactiveMode") == "Always" {
            throw entry.mistake("interactiveMode", "is Always, and there is nobody to ask")
        }
        var plugin = ExecPlugin(apiVersion: version, command: command)
        if command.contains("/"), !command.hasPrefix("/") {
            plugin.command =
                URL(fileURLWithPath: user.file).deletingLastPathComponent().appendingPathComponent(command).path
        }
        plugin.installHint = try entry.string("installHint")
        plugin.arguments = try strings(exec["args"]) { entry.mistake("args", $0) }
        for (index, variable) in (exec["env"]?.arrayValue ?? []).enumerated() {
            guard let name = variable["name"]?.stringValue, let value = variable["value"]?.stringValue else {
                throw entry.mistake("env[\(index)]", "needs a name and a value")
            }
            plugin.environment[name] = value
        }
        plugin.provideClusterInfo = try entry.bool("provideClusterInfo")
        if plugin.provideClusterInfo { plugin.clusterInfo = clusterInfo(cluster) }
        return .exec(plugin)
    }

    private static func strings(
        _ value: JSONValue?,
        _ mistake: (String) -> KubernetesError
    ) throws(KubernetesError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let array = value.arrayValue else { throw mistake("must be a list of strings") }
        var result: [String] = []
        for element in array {
            guard let text = element.stringValue else { throw mistake("must be a list of strings") }
            result.append(text)
        }
        return result
    }

    private static func clusterInfo(_ cluster: Entry) -> JSONValue {
        var info = JSONObject()
        for name in [
            "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url",
        ] {
            if let value = cluster.value[key: name] { info[name] = value }
        }
        let extensions = cluster.value["extensions"]?.arrayValue ?? []
        let wanted = extensions.first { $0["name"]?.stringValue == "client.authentication.k8s.io/exec" }
        if let config = wanted?["extension"] { info["config"] = config }
        return .object(info)
    }

    private static func isPEM(_ data: [UInt8]) -> Bool {
        String(decoding: data, as: UTF8.self).contains("-----BEGIN ")
    }
}
