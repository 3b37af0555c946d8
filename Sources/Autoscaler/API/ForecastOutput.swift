/// Where a model's forecasts are written whenever something else is put into production: exactly one place.
public struct ForecastOutput: Sendable, Hashable, Codable {
    /// A table of a PostgreSQL database.
    public var postgresql: PostgreSQLOutput?
    /// An object in an S3-compatible store, in CSV form.
    public var s3: S3Location?
    /// A file, in CSV form.
    public var csv: CSVOutput?
    /// How far past the end of the history is written; the model's horizon where left out.
    public var horizon: TimeSpan?

    /// Makes an output; ``ForecastModelSpec/validate()`` tells when not exactly one place is set.
    public init(
        postgresql: PostgreSQLOutput? = nil, s3: S3Location? = nil, csv: CSVOutput? = nil, horizon: TimeSpan? = nil
    ) {
        self.postgresql = postgresql
        self.s3 = s3
        self.csv = csv
        self.horizon = horizon
    }
}

/// A table with one row a series and time.
public struct PostgreSQLOutput: Sendable, Hashable, Codable {
    /// The server's name or address.
    public var host: String
    /// The server's port.
    public var port = 5432
    /// The database.
    public var database: String
    /// The table, with its schema where it is not on the search path; it is made where it does not exist.
    public var table = "forecast_results"
    /// How far the connection is protected.
    public var sslMode = PostgreSQLSSLMode.prefer
    /// The Secret's entry that holds the certificate of the server's authority, PEM; the system's where left out.
    public var ca: KeyReference?
    /// A Secret with `username` and `password`, as one of type `kubernetes.io/basic-auth` has them.
    public var credentialsSecret: LocalReference?

    /// Makes an output with the defaults.
    public init(host: String, database: String) {
        self.host = host
        self.database = database
    }

    /// Reads an output over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decode(String.self, forKey: .host)
        database = try container.decode(String.self, forKey: .database)
        ca = try container.decodeIfPresent(KeyReference.self, forKey: .ca)
        credentialsSecret = try container.decodeIfPresent(LocalReference.self, forKey: .credentialsSecret)
        try container.read(.port, into: &port)
        try container.read(.table, into: &table)
        try container.read(.sslMode, into: &sslMode)
    }
}

/// A file in a volume that the pods mount.
public struct CSVOutput: Sendable, Hashable, Codable {
    /// The file's path in the pod, such as `/exports/shop.csv` where `training.volumeMounts` has `/exports`.
    public var path: String

    /// Writes to a path.
    public init(path: String) { self.path = path }
}
