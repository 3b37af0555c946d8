import Foundation
import HTTPTransport

/// The certificates of a configuration, read from their files again as these are replaced.
///
/// What is handed out holds bytes in place of paths: libcurl shares a connection, and resumes a session, only where the
/// bytes are the same, so that the next request after a change goes over a new connection with the new certificates. A
/// path would stay the same, and the server would go on seeing the old ones. client-go does so too: every minute for
/// client certificates (kubernetes#79083), and for authorities since kubernetes#132922.
actor CertificateFiles {
    /// What tells that a file is another one, without reading it.
    private struct Stamp: Equatable {
        var inode: UInt64 = 0
        var size: Int64 = 0
        var seconds = 0
        var nanoseconds = 0
    }

    /// How long the files are not looked at again.
    private static let lifetime = Duration.seconds(1)

    private let configuration: TLSConfiguration
    private let time: any TimeSource
    private let paths: [String]
    private var stamps: [Stamp] = []
    private var lookedAt: Duration?
    private var known: TLSConfiguration?
    /// What was good before what is known; nil where it cannot be gone back to.
    private var previous: TLSConfiguration?

    /// Whether anything lies in a file.
    nonisolated let isRefreshable: Bool

    init(configuration: TLSConfiguration, time: any TimeSource) {
        self.configuration = configuration
        self.time = time
        let materials = [
            configuration.certificateAuthority, configuration.identity?.certificate, configuration.identity?.key,
        ]
        paths = materials.compactMap { material in
            if case .file(let path) = material { path } else { nil }
        }
        isRefreshable = !paths.isEmpty
    }

    /// What to connect with now.
    ///
    /// - Throws: ``KubernetesError`` where a file was never readable; one that can no longer be read, or is being
    ///   written, leaves the last certificates in use.
    func current() throws(KubernetesError) -> TLSConfiguration {
        guard isRefreshable else { return configuration }
        let now = time.monotonic()
        if let known, let lookedAt, now - lookedAt < Self.lifetime { return known }
        lookedAt = now
        return try look()
    }

    /// Looks at the files although that was done a moment ago, for the server or its certificate was refused.
    ///
    /// - Parameter used: What the refused request connected with.
    /// - Returns: whether there is something else to try.
    func refresh(after used: TLSConfiguration) -> Bool {
        guard isRefreshable else { return false }
        lookedAt = time.monotonic()
        guard let found = try? look() else { return false }
        return found != used
    }

    /// Goes back to what was good before, for what was read does not fit together: a certificate was replaced and its
    /// key not yet. The next change of a file is read again.
    ///
    /// - Returns: whether there is something else to try.
    func reject(_ used: TLSConfiguration) -> Bool {
        if refresh(after: used) { return true }
        guard used == known, let previous else { return false }
        known = previous
        self.previous = nil
        return true
    }

    private func look() throws(KubernetesError) -> TLSConfiguration {
        let found = paths.map(Self.stamp)
        if let known, found == stamps { return known }
        // Whether the files were replaced while they were read shows in their stamps afterwards.
        for _ in 0..<3 {
            let before = paths.map(Self.stamp)
            guard let read = try read() else { break }
            guard paths.map(Self.stamp) == before else { continue }
            stamps = before
            if read != known {
                previous = known
                known = read
            }
            return read
        }
        if let known { return known }
        throw KubernetesError(
            code: .configuration,
            message: "the certificates \(paths.joined(separator: ", ")) are being replaced again and again"
        )
    }

    /// The configuration with the files' content; nil where a file is not whole and the last content is to be kept.
    private func read() throws(KubernetesError) -> TLSConfiguration? {
        var result = configuration
        func content(_ material: TLSConfiguration.Material, _ what: String) throws(KubernetesError)
            -> TLSConfiguration.Material?
        {
            guard case .file(let path) = material else { return material }
            guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
                if known != nil { return nil }
                throw KubernetesError(
                    code: .configuration, message: "\(what) cannot be read from \(path), or the file is empty")
            }
            // What has a begin and no end is still being written; what has neither is libcurl's to judge.
            let text = String(decoding: data, as: UTF8.self)
            if known != nil, !text.contains("-----END ") { return nil }
            return .bytes([UInt8](data))
        }
        if let authority = configuration.certificateAuthority {
            guard let bytes = try content(authority, "the cluster's CA certificate") else { return nil }
            result.certificateAuthority = bytes
        }
        if let identity = configuration.identity {
            guard let certificate = try content(identity.certificate, "the client certificate"),
                let key = try content(identity.key, "the client certificate's key")
            else { return nil }
            result.identity = .init(certificate: certificate, key: key)
        }
        return result
    }

    private static func stamp(_ path: String) -> Stamp {
        var status = stat()
        guard stat(path, &status) == 0 else { return Stamp() }
        return Stamp(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }
}
