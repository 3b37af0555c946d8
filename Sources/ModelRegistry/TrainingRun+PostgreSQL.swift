extension TrainingRun {
    /// A query on a PostgreSQL database; credentials are files that the pod finds mounted.
    public struct PostgreSQL: Codable, Sendable, Hashable {
        /// The server's name or address.
        public var host: String
        /// The server's port.
        public var port: Int
        /// The database.
        public var database: String
        /// A `SELECT` with the columns of a CSV table.
        public var query: String
        /// The zone of columns of type `timestamp`, an IANA name.
        public var timeZone: String
        /// How far the connection is protected, by libpq's own names.
        public var sslMode: String
        /// How long the server may work on the query, in seconds.
        public var statementTimeoutSeconds: Int
        /// The file that holds the user name; a relative path starts at the folder of this document, as all do.
        public var usernameFile: String?
        /// The file that holds the password.
        public var passwordFile: String?
        /// The file that holds the authority's certificate, in PEM form.
        public var caFile: String?

        /// Makes a source without credentials.
        public init(
            host: String, port: Int = 5432, database: String, query: String, timeZone: String = "UTC",
            sslMode: String = "prefer", statementTimeoutSeconds: Int = 300
        ) {
            self.host = host
            self.port = port
            self.database = database
            self.query = query
            self.timeZone = timeZone
            self.sslMode = sslMode
            self.statementTimeoutSeconds = statementTimeoutSeconds
        }
    }
}
