import Foundation
public import Logging
import NIOSSL
import Threading

/// The certificate that the HTTP server shows, read from its files again when these are replaced.
///
/// Whoever renews it (cert-manager, through a Secret that is mounted) replaces the files; a new connection sees the new one
/// a second later. Where what was read cannot be used, a certificate without its key yet, the last good one stays.
public final class ServingCertificate: Sendable {
    private struct State: Sendable {
        var context: NIOSSLContext
        /// What the files held when they were last looked at, good or not.
        var seen: [Data]
        var lookedAt: ContinuousClock.Instant
    }

    /// How long the files are not looked at again.
    private static let lifetime = Duration.seconds(1)

    private let files: Files
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Locked<State>

    private struct Files: Sendable {
        let certificate: String
        let key: String
    }

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - certificate: the path of the certificate, followed by those that lead to its authority, as PEM.
    ///   - key: the path of its key, as PEM.
    /// - Throws: ``OperatorError`` that names the option whose file cannot be used.
    public init(
        certificate: String, key: String, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        logger: Logger
    ) throws {
        let files = Files(certificate: certificate, key: key)
        self.files = files
        self.logger = logger
        self.now = now
        let seen = try Self.read(files)
        state = Locked(State(context: try Self.context(seen, files), seen: seen, lookedAt: now()))
    }

    /// What a new connection is shown.
    var context: NIOSSLContext {
        state.withLock { state in
            let time = now()
            guard time - state.lookedAt >= Self.lifetime else { return state.context }
            state.lookedAt = time
            do {
                let found = try Self.read(files)
                guard found != state.seen else { return state.context }
                // What cannot be used is not tried, and told of, again and again.
                state.seen = found
                state.context = try Self.context(found, files)
                logger.info("the HTTP server's certificate was replaced")
            } catch {
                logger.warning("the HTTP server keeps its last certificate", metadata: ["error": "\(error)"])
            }
            return state.context
        }
    }

    private static func read(_ files: Files) throws -> [Data] {
        try [("--tls-cert-file", files.certificate), ("--tls-private-key-file", files.key)].map { option, path in
            guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
                throw OperatorError(
                    .invalidConfiguration, "\(option) \(path) cannot be read, or is empty; give a file in PEM")
            }
            return data
        }
    }

    private static func context(_ contents: [Data], _ files: Files) throws -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMBytes(Array(contents[0])) } catch {
            throw OperatorError(
                .invalidConfiguration, "--tls-cert-file \(files.certificate) holds no certificate in PEM")
        }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(bytes: Array(contents[1]), format: .pem) } catch {
            throw OperatorError(
                .invalidConfiguration,
                "--tls-private-key-file \(files.key) holds no private key in PEM that needs no passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw OperatorError(
                .invalidConfiguration,
                "--tls-private-key-file \(files.key) is not the key of the certificate in \(files.certificate)")
        }
    }
}
