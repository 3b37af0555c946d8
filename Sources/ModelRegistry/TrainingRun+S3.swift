extension TrainingRun {
    /// An object in an S3-compatible store; credentials are files that the pod finds mounted.
    public struct S3: Codable, Sendable, Hashable {
        /// The store's address; Amazon's own for the region where nil.
        public var endpoint: String?
        /// The region that requests are signed for.
        public var region: String
        /// The bucket's name.
        public var bucket: String
        /// The object's key.
        public var key: String
        /// Whether the bucket is part of the path and not of the host's name.
        public var pathStyle: Bool
        /// The file that holds the access key's identifier; nil for a bucket that is open to everybody. A relative path
        /// starts at the folder of this document, as all do.
        public var accessKeyIDFile: String?
        /// The file that holds the secret key.
        public var secretAccessKeyFile: String?
        /// The file that holds the token of temporary credentials; where it does not exist there is none.
        public var sessionTokenFile: String?
        /// The file that holds the authority's certificate, in PEM form.
        public var caFile: String?
        /// Whether any certificate is taken.
        public var insecureSkipVerify: Bool?

        /// Makes a place that is open to everybody.
        public init(
            bucket: String, key: String, region: String = "us-east-1", endpoint: String? = nil, pathStyle: Bool = false
        ) {
            self.bucket = bucket
            self.key = key
            self.region = region
            self.endpoint = endpoint
            self.pathStyle = pathStyle
        }
    }
}
