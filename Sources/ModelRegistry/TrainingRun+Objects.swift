extension TrainingRun {
    /// A folder of a bucket, and how the pod logs in: credentials are files that it finds mounted.
    public struct Objects: Codable, Sendable, Hashable {
        /// The folder. What a run publishes there has this as its manifest's ``VersionManifest/store``.
        public var store: VersionManifest.Store
        /// The file that holds the access key's identifier; nil for a bucket that is open to everybody. A relative path
        /// starts at the folder of this document, as all do.
        public var accessKeyIDFile: String?
        /// The file that holds the secret key.
        public var secretAccessKeyFile: String?
        /// The file that holds the token of temporary credentials; where it does not exist there is none.
        public var sessionTokenFile: String?
        /// The file that holds the authority's certificate, in PEM form.
        public var caFile: String?

        /// Makes a folder that is open to everybody.
        public init(store: VersionManifest.Store) { self.store = store }
    }
}
