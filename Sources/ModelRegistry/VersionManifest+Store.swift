extension VersionManifest {
    /// Where the chunks of an artifact are that are no ConfigMaps: objects in a folder of a bucket.
    ///
    /// A run has a folder of its own, and an object is called by the SHA-256 of what is in it. So a pod that writes late can
    /// add to its own run's folder, and change nothing that a manifest names.
    public struct Store: Codable, Sendable, Hashable {
        /// An entry of a Secret in the model's namespace.
        public struct SecretEntry: Codable, Sendable, Hashable {
            /// The Secret's name.
            public var name: String
            /// The entry's key.
            public var key: String

            /// Names an entry.
            public init(name: String, key: String) {
                self.name = name
                self.key = key
            }
        }

        /// The store's address; Amazon's own for the region where nil.
        public var endpoint: String?
        /// The region that requests are signed for.
        public var region: String
        /// The bucket's name.
        public var bucket: String
        /// The run's folder, with `/` at its end.
        public var prefix: String
        /// Whether the bucket is part of the path and not of the host's name.
        public var pathStyle: Bool
        /// The Secret, in the model's namespace, that the chunks were written with; nil for a bucket that is open to
        /// everybody.
        public var credentialsSecret: String?
        /// Where the certificate (PEM) of the authority stands that signed the store's own; nil for the system's
        /// authorities.
        public var ca: SecretEntry?
        /// Whether any certificate is taken.
        public var insecureSkipVerify: Bool?

        /// Makes a store's description.
        public init(
            bucket: String, prefix: String, region: String = "us-east-1", endpoint: String? = nil,
            pathStyle: Bool = false, credentialsSecret: String? = nil
        ) {
            self.bucket = bucket
            self.prefix = prefix
            self.region = region
            self.endpoint = endpoint
            self.pathStyle = pathStyle
            self.credentialsSecret = credentialsSecret
        }

        /// The key of a chunk.
        public func key(of chunk: Chunk) -> String { prefix + chunk.sha256 }

        /// Whether this is the same bucket at the same address.
        public func isSameBucket(as other: Store) -> Bool { endpoint == other.endpoint && bucket == other.bucket }
    }
}
