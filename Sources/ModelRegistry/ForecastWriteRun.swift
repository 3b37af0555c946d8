/// The document of a pod that writes a version's forecasts out, as `presage write-forecasts` reads it.
///
/// It holds no secret: credentials are files that the pod finds mounted. Relative paths start at the document's folder.
public struct ForecastWriteRun: Codable, Sendable, Hashable {
    /// A table of a PostgreSQL database.
    public struct PostgreSQL: Codable, Sendable, Hashable {
        /// The server's name or address.
        public var host: String
        /// The server's port.
        public var port: Int
        /// The database.
        public var database: String
        /// The table, perhaps with its schema.
        public var table: String
        /// How far the connection is protected, by libpq's own names.
        public var sslMode: String
        /// The file that holds the user name.
        public var usernameFile: String?
        /// The file that holds the password.
        public var passwordFile: String?
        /// The file that holds the authority's certificate, PEM.
        public var caFile: String?

        /// Makes a place without credentials.
        public init(host: String, port: Int, database: String, table: String, sslMode: String) {
            self.host = host
            self.port = port
            self.database = database
            self.table = table
            self.sslMode = sslMode
        }
    }

    /// An object in an S3-compatible store, as a source names one.
    public typealias S3 = TrainingRun.S3

    /// The version of this document.
    public var apiVersion = VersionManifest.supportedVersion
    /// The model.
    public var model: TrainingRun.Reference
    /// The version in production.
    public var version: Int
    /// How often it was refitted.
    public var revision: Int
    /// The number of the decision that put it there: of two writers the one with the higher number is right.
    public var sequence: Int
    /// The folder with the version's manifest and chunks.
    public var directory: String
    /// Where the version's chunks are, and how to log in, where they are not in ``directory``.
    public var objects: TrainingRun.Objects?
    /// How far past the end of the history is written.
    public var horizonSeconds: Int
    /// A table; exactly one of this, `s3` and `path` is set.
    public var postgresql: PostgreSQL?
    /// An object.
    public var s3: S3?
    /// A file.
    public var path: String?

    /// Makes a document without a place.
    public init(
        model: TrainingRun.Reference, version: Int, revision: Int, sequence: Int, directory: String, horizonSeconds: Int
    ) {
        self.model = model
        self.version = version
        self.revision = revision
        self.sequence = sequence
        self.directory = directory
        self.horizonSeconds = horizonSeconds
    }
}
