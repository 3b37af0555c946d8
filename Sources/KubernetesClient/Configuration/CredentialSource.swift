import Foundation
import HTTPTransport

/// Credentials that are read again before they expire.
actor CredentialSource {
    /// What to send.
    struct Credential: Sendable {
        /// The `Authorization` header.
        var authorization: String?
        /// A client certificate in place of the configuration's.
        var identity: TLSConfiguration.Identity?
    }

    /// How long a token from a file is used: kubelets rotate it long before it expires.
    private static let fileLifetime = Duration.seconds(60)
    /// How long before its expiry a plugin's credential is asked for again.
    private static let margin: TimeInterval = 60

    private let configuration: ClusterConfiguration
    private let time: any TimeSource
    private var cached: Credential?
    private var expiry: Date?
    private var readAt: Duration?
    private var refresh: Task<(credential: Credential, expiry: Date?), any Error>?

    init(configuration: ClusterConfiguration, time: any TimeSource) {
        self.configuration = configuration
        self.time = time
    }

    /// Whether asking again may give something else.
    nonisolated var isRefreshable: Bool {
        switch configuration.credentials {
        case .tokenFile, .exec: true
        default: false
        }
    }

    /// Forgets what was read: the server refused it.
    func invalidate() {
        cached = nil
        readAt = nil
        expiry = nil
    }

    func current() async throws -> Credential {
        switch configuration.credentials {
        case .none: return Credential()
        case .token(let token): return Credential(authorization: "Bearer \(token)")
        case .basic(let user, let password):
            return Credential(authorization: "Basic " + Data("\(user):\(password)".utf8).base64EncodedString())
        case .tokenFile(let path): return try tokenFromFile(path)
        case .exec(let plugin): return try await fromPlugin(plugin)
        }
    }

    private func tokenFromFile(_ path: String) throws -> Credential {
        if let cached, let readAt, time.monotonic() - readAt < Self.fileLifetime { return cached }
        let text = (try? String(contentsOfFile: path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let text, !text.isEmpty else {
            // The file is being replaced, or gone: the last token may still be good.
            if let cached { return cached }
            throw KubernetesError(code: .configuration, message: "the token file \(path) cannot be read or is empty")
        }
        let credential = Credential(authorization: "Bearer \(text)")
        cached = credential
        readAt = time.monotonic()
        return credential
    }

    private func fromPlugin(_ plugin: ExecPlugin) async throws -> Credential {
        if let cached, expiry.map({ $0.timeIntervalSince(time.now()) > Self.margin }) ?? true { return cached }
        // One run at a time, for all who wait.
        let task = refresh ?? Task { try await ExecPluginRunner.run(plugin) }
        refresh = task
        defer { refresh = nil }
        let (credential, expiry) = try await task.value
        cached = credential
        self.expiry = expiry
        return credential
    }
}
