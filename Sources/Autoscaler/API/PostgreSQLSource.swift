/// A query on a PostgreSQL database, whose answer has the columns of a CSV table.
public struct PostgreSQLSource: Sendable, Hashable, Codable {
    /// The server's name or address.
    public var host: String
    /// The server's port.
    public var port = 5432
    /// The database.
    public var database: String
    /// A `SELECT` that returns `unique_id,ds,y[,extra…]`, or `timestamp,container,cpu,memory[,pod]` for a workload.
    public var query: String
    /// The zone of columns of type `timestamp`, an IANA name; other types of time say which moment they mean.
    public var timeZone = "UTC"
    /// What the columns are called, where not by the usual names.
    public var columns: CSVColumns?
    /// How far the connection is protected.
    public var sslMode = PostgreSQLSSLMode.prefer
    /// The Secret's entry that holds the certificate of the server's authority, PEM; the system's where left out.
    public var ca: KeyReference?
    /// A Secret with `username` and `password`, as one of type `kubernetes.io/basic-auth` has them.
    public var credentialsSecret: LocalReference?
    /// How long the server may work on the query.
    public var statementTimeout = TimeSpan.minutes(5)
    /// Whether the history is a recording: its last row is taken as the present and staleness is not checked.
    public var recorded = false

    /// Makes a source with the defaults.
    public init(host: String, database: String, query: String) {
        self.host = host
        self.database = database
        self.query = query
    }

    /// Reads a source over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decode(String.self, forKey: .host)
        database = try container.decode(String.self, forKey: .database)
        query = try container.decode(String.self, forKey: .query)
        columns = try container.decodeIfPresent(CSVColumns.self, forKey: .columns)
        ca = try container.decodeIfPresent(KeyReference.self, forKey: .ca)
        credentialsSecret = try container.decodeIfPresent(LocalReference.self, forKey: .credentialsSecret)
        try container.read(.port, into: &port)
        try container.read(.timeZone, into: &timeZone)
        try container.read(.sslMode, into: &sslMode)
        try container.read(.statementTimeout, into: &statementTimeout)
        try container.read(.recorded, into: &recorded)
    }
}
