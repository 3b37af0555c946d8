import PostgreSQL

/// Forecasts as rows of a table: one a series and time, the newest decision's.
///
/// All rows of a version appear at once, in one transaction. A pod that is late, whose version was replaced meanwhile,
/// changes no row of its successor.
struct PostgreSQLForecasts: ForecastPlace {
    let settings: PostgreSQLSettings
    /// `table` or `schema.table`.
    let table: String

    func write(_ rows: ForecastRows, of run: ForecastLabels) async throws -> String {
        let table = table.split(separator: ".").map { PostgreSQLConnection.identifier(String($0)) }
            .joined(separator: ".")
        let (summary, changed) = try await PostgreSQLConnection.with(settings) { connection in
            try connection.transaction {
                // One writer of a model at a time; the lock ends with the transaction.
                try connection.execute("SELECT pg_advisory_xact_lock($1::bigint)", [Self.lock(run)])
                try Self.prepare(table, connection)
                var changed = 0
                let summary = try rows.forEachBatch { batch in
                    changed += try Self.upsert(batch, run, into: table, connection)
                }.checked()
                return (summary, changed)
            }
        }
        let place = "\(self.table) of \(settings.place)"
        guard changed > 0 else { return "\(place) has forecasts of a newer version already" }
        return "\(summary.text) are in \(place)"
    }

    /// Makes the table where there is none. The look comes first: making one, even *if not exists*, takes a right that a
    /// writer of an existing table need not have.
    private static func prepare(_ table: String, _ connection: PostgreSQLConnection) throws {
        let exists = "SELECT to_regclass($1) IS NOT NULL"
        guard try connection.execute(exists, [table]).rows.first?.first != "t" else { return }
        // Two models may come to an empty database at once. After the wait *if not exists* looks again; `to_regclass` would
        // answer from this session's cache.
        try connection.execute("SELECT pg_advisory_xact_lock($1::bigint)", [String(tableLock)])
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS \(table) (
                namespace text NOT NULL,
                model text NOT NULL,
                unique_id text NOT NULL,
                ds timestamptz NOT NULL,
                yhat double precision,
                yhat_lower double precision,
                yhat_upper double precision,
                version integer NOT NULL,
                revision integer NOT NULL,
                sequence integer NOT NULL,
                model_uid text NOT NULL,
                written_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (namespace, model, unique_id, ds)
            )
            """)
    }

    private static func upsert(
        _ batch: ForecastRows.Batch, _ run: ForecastLabels, into table: String, _ connection: PostgreSQLConnection
    ) throws -> Int {
        // A model that was deleted and made again counts its decisions from 1: its rows take the old one's place.
        try connection.execute(
            """
            INSERT INTO \(table) AS t (namespace, model, unique_id, ds, yhat, yhat_lower, yhat_upper, version, revision,
                sequence, model_uid)
            SELECT $1::text, $2::text, u.id, to_timestamp(u.ds), u.yhat, u.lower, u.upper, $3::integer, $4::integer,
                $5::integer, $6::text
            FROM unnest($7::text[], $8::bigint[], $9::double precision[], $10::double precision[],
                $11::double precision[]) AS u(id, ds, yhat, lower, upper)
            ON CONFLICT (namespace, model, unique_id, ds) DO UPDATE SET yhat = EXCLUDED.yhat,
                yhat_lower = EXCLUDED.yhat_lower, yhat_upper = EXCLUDED.yhat_upper, version = EXCLUDED.version,
                revision = EXCLUDED.revision, sequence = EXCLUDED.sequence, model_uid = EXCLUDED.model_uid,
                written_at = now()
            WHERE t.model_uid <> EXCLUDED.model_uid OR t.sequence <= EXCLUDED.sequence
            """,
            [
                run.namespace, run.model, String(run.version), String(run.revision), String(run.sequence), run.modelUID,
                array(batch.ids.map(quoted)), array(batch.times.map(String.init)), array(batch.yhat.map(number)),
                array(batch.lower.map(number)), array(batch.upper.map(number)),
            ]
        ).changed
    }

    private static func array(_ elements: [String]) -> String { "{\(elements.joined(separator: ","))}" }

    private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NULL" }

    /// A text as an array literal has it.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// The lock's number for a model: FNV-1a, as a signed number.
    private static func lock(_ run: ForecastLabels) -> String {
        let hash = "presage \(run.namespace)/\(run.model)".utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return String(Int64(bitPattern: hash))
    }

    private static let tableLock = 7_305_804_402_395_538_277
}
