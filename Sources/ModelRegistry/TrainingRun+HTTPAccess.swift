extension TrainingRun {
    /// How to log in at an address: a token, or a user name and a password, out of files that the pod finds mounted.
    public struct HTTPAccess: Codable, Sendable, Hashable {
        /// The file that holds a bearer token; a relative path starts at the folder of this document, as all do.
        public var tokenFile: String?
        /// The file that holds the user name.
        public var usernameFile: String?
        /// The file that holds the password.
        public var passwordFile: String?
        /// The file that holds the authority's certificate, in PEM form.
        public var caFile: String?
        /// Whether any certificate is taken.
        public var insecureSkipVerify: Bool?

        /// Makes an access without credentials.
        public init() {}
    }
}
