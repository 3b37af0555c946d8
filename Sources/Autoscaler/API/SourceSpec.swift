/// Where a model's history comes from: exactly one of the sources.
public struct SourceSpec: Sendable, Hashable, Codable {
    /// A Prometheus-compatible server.
    public var prometheus: PrometheusSource?
    /// A table in CSV form.
    public var csv: CSVSource?
    /// A query on a PostgreSQL database.
    public var postgresql: PostgreSQLSource?

    /// Makes a source; ``ForecastModelSpec/validate()`` tells when not exactly one is set.
    public init(
        prometheus: PrometheusSource? = nil, csv: CSVSource? = nil, postgresql: PostgreSQLSource? = nil
    ) {
        self.prometheus = prometheus
        self.csv = csv
        self.postgresql = postgresql
    }

    /// Whether the history is a recording, whose last row is taken as the present.
    public var isRecorded: Bool { csv?.recorded ?? postgresql?.recorded ?? false }
}
