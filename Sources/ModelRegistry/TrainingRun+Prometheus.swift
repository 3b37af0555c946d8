extension TrainingRun {
    /// A folder that outlives the pod, where parts of a history are kept that change no more.
    public struct SourceCache: Codable, Sendable, Hashable {
        /// The folder.
        public var path: String
        /// How far back from `asOf` values may still change, in seconds.
        public var overlapSeconds: Int
        /// How many bytes the folder holds at most.
        public var maximumBytes: Int

        /// Makes a cache.
        public init(path: String, overlapSeconds: Int, maximumBytes: Int) {
            self.path = path
            self.overlapSeconds = overlapSeconds
            self.maximumBytes = maximumBytes
        }
    }

    /// A history behind a Prometheus-compatible API; credentials are files that the pod finds mounted.
    public struct Prometheus: Codable, Sendable, Hashable {
        /// The server's base address, its path prefix included.
        public var url: String
        /// The distance between two points, in seconds.
        public var stepSeconds: Int
        /// How far back from `asOf` the history is read, in seconds.
        public var windowSeconds: Int
        /// The Deployment whose pods are read; in the namespace of the run's model.
        public var deployment: String?
        /// The containers to read, native sidecars among them; nil for all but the pause container.
        public var containers: [String]?
        /// Labels that every series must have, by name.
        public var matchLabels: [String: String]?
        /// PromQL for CPU in cores, in place of the ready-made query.
        public var cpuQuery: String?
        /// PromQL for memory in bytes, in place of the ready-made query.
        public var memoryQuery: String?
        /// The label of own queries that names the container; `container` where nil.
        public var containerLabel: String?
        /// The label of own queries that names the pod; `pod` where nil.
        public var podLabel: String?
        /// The least share of steps with a value, in percent, that a history may have; 50 where nil.
        public var minimumCoveragePercent: Int?
        /// The tenant of a server with several.
        public var tenant: String?
        /// Where days that were read are kept for the next run; nil reads the whole window.
        public var cache: SourceCache?
        /// The file that holds a bearer token; a relative path starts at the folder of this document, as all do.
        public var tokenFile: String?
        /// The file that holds the user name.
        public var usernameFile: String?
        /// The file that holds the password.
        public var passwordFile: String?
        /// The region that requests are signed for; nil where they are not signed.
        public var signingRegion: String?
        /// The file that holds the access key's identifier.
        public var accessKeyIDFile: String?
        /// The file that holds the secret key.
        public var secretAccessKeyFile: String?
        /// The file that holds the token of temporary credentials; where it does not exist there is none.
        public var sessionTokenFile: String?
        /// The file that holds the authority's certificate, in PEM form.
        public var caFile: String?
        /// Whether any certificate is taken.
        public var insecureSkipVerify: Bool?

        /// Makes a source without credentials.
        public init(url: String, stepSeconds: Int, windowSeconds: Int, deployment: String? = nil) {
            self.url = url
            self.stepSeconds = stepSeconds
            self.windowSeconds = windowSeconds
            self.deployment = deployment
        }
    }
}
