/// Why an artifact could not be published or read back.
public struct RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// There is no manifest of that name.
        case missingManifest
        /// The manifest is not JSON of a version that this build knows.
        case invalidManifest
        /// A chunk that the manifest names is not there.
        case missingChunk
        /// A chunk, or the whole, is not what the manifest's digest was taken of.
        case digestMismatch
        /// The bytes are intact but hold no model that this build reads.
        case unreadableArtifact
        /// The artifact needs more chunks than the run may publish.
        case tooLarge
        /// There is no room for it in the cluster: a quota is used up, or etcd is full.
        case full
        /// A name is already taken by another run's version.
        case nameTaken
        /// A file cannot be read or written.
        case fileSystem
        /// The object store does not answer, or is busy.
        case storeUnreachable
        /// The object store answers, and refuses: credentials, rights, the bucket, the region, a clock.
        case storeRefused
        /// There is no Secret with the object store's credentials.
        case secretNotFound
        /// The Secret with the object store's credentials may not be read.
        case secretForbidden
        /// The Secret with the object store's credentials lacks an entry.
        case secretInvalid
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, by name, and what to do.
    public let message: String
    /// The chunk that is concerned, where one is.
    public let chunk: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, chunk: String? = nil) {
        self.code = code
        self.message = message
        self.chunk = chunk
    }

    /// Whether nothing is known of the artifact, because nobody could look: it may be intact.
    public var isUnavailable: Bool {
        switch code {
        case .storeUnreachable, .storeRefused, .secretNotFound, .secretForbidden, .secretInvalid: true
        default: false
        }
    }

    /// The message.
    public var description: String { message }
}
