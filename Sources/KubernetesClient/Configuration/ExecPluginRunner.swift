import Foundation
import HTTPTransport
import Threading

/// Runs a credential plugin and reads what it prints.
enum ExecPluginRunner {
    /// The most that a plugin may print: some times the longest chain of certificates.
    private static let longestOutput = 4 << 20

    static func run(
        _ plugin: ExecPlugin
    ) async throws -> (credential: CredentialSource.Credential, expiry: Date?) {
        let output = try await launch(plugin)
        return try read(output, plugin)
    }

    static func read(
        _ output: [UInt8],
        _ plugin: ExecPlugin
    ) throws(KubernetesError) -> (credential: CredentialSource.Credential, expiry: Date?) {
        func failure(_ message: String) -> KubernetesError {
            KubernetesError(code: .credentialPlugin, message: "the credential plugin '\(plugin.command)' \(message)")
        }
        // The output holds the credential: no part of it may reach the message.
        guard let json = try? JSONValue(parsing: output) else { throw failure("printed no JSON") }
        guard json["kind"]?.stringValue == "ExecCredential" else { throw failure("printed no ExecCredential") }
        guard json["apiVersion"]?.stringValue == plugin.apiVersion else {
            throw failure("answered with another apiVersion than the \(plugin.apiVersion) of the kubeconfig")
        }
        guard let status = json["status"], status.objectValue != nil else { throw failure("printed no status") }
        var credential = CredentialSource.Credential()
        if let token = status["token"]?.stringValue, !token.isEmpty { credential.authorization = "Bearer \(token)" }
        let certificate = status["clientCertificateData"]?.stringValue
        let key = status["clientKeyData"]?.stringValue
        switch (certificate, key) {
        case (let certificate?, let key?):
            credential.identity = .init(certificate: .bytes(Array(certificate.utf8)), key: .bytes(Array(key.utf8)))
        case (nil, nil): break
        default: throw failure("gave a client certificate without its key, or a key without its certificate")
        }
        guard credential.authorization != nil || credential.identity != nil else {
            throw failure("gave neither a token nor a client certificate")
        }
        var expiry: Date?
        if let text = status["expirationTimestamp"]?.stringValue {
            guard let time = MicroTime(text) else { throw failure("gave an expirationTimestamp that is no time") }
            expiry = time.date
        }
        return (credential, expiry)
    }

    private static func launch(_ plugin: ExecPlugin) async throws -> [UInt8] {
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in plugin.environment { environment[name] = value }
        var spec: JSONValue = ["interactive": false]
        if plugin.provideClusterInfo { spec["cluster"] = plugin.clusterInfo ?? [:] }
        let info: JSONValue = ["apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": spec]
        environment["KUBERNETES_EXEC_INFO"] = info.jsonString()
        let chosen = environment
        return try await onThread("presage-exec") { try runBlocking(plugin, environment: chosen) }
    }

    private static func runBlocking(_ plugin: ExecPlugin, environment: [String: String]) throws -> [UInt8] {
        func failure(_ message: String) -> KubernetesError {
            let hint = plugin.installHint.map { "; \($0)" } ?? ""
            return KubernetesError(
                code: .credentialPlugin,
                message: "the credential plugin '\(plugin.command)' \(message)\(hint)"
            )
        }
        guard let path = executable(plugin.command, environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") else {
            throw failure("is not on the path, or not executable")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = plugin.arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        do { try process.run() } catch { throw failure("cannot be started") }
        var output: [UInt8] = []
        while let more = try? pipe.fileHandleForReading.read(upToCount: 1 << 16), !more.isEmpty {
            output += more
            guard output.count <= longestOutput else {
                // Not SIGTERM, which a child of some threads inherits as blocked.
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                throw failure("printed more than \(longestOutput >> 20) MiB, which is no credential")
            }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw failure("ended with status \(process.terminationStatus); run it by hand to see why")
        }
        return output
    }

    private static func executable(_ command: String, _ path: String) -> String? {
        let candidates =
            command.contains("/") ? [command] : path.split(separator: ":").map { "\($0)/\(command)" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
