import ModelRegistry
import TestServers
import Testing

/// The whole trainer on a real PostgreSQL.
@Suite(.serialized, .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct TrainPostgreSQLTests {
    private func train(
        _ server: PostgresServer, _ query: String, password: String? = nil, recorded: Bool = false,
        environment: [String: String] = [:],
        _ change: (inout TrainingRun.PostgreSQL) -> Void = { _ in }
    ) async throws -> TrainerFolder.Outcome {
        var place = TrainingRun.PostgreSQL(
            host: "127.0.0.1", port: server.port, database: server.database, query: query)
        place.usernameFile = "../secrets/postgresql-username"
        place.passwordFile = "../secrets/postgresql-password"
        var secrets = ["postgresql-username": server.user, "postgresql-password": password ?? server.password]
        if let certificate = server.certificate {
            place.sslMode = "verify-full"
            place.caFile = "../secrets/postgresql-ca.pem"
            secrets["postgresql-ca.pem"] = certificate
        }
        change(&place)
        var source = TrainingRun.Source(recorded: recorded)
        source.postgresql = place
        return try await TrainerFolder.train(
            source, secrets: secrets, asOf: TrainFixtures.start + 21 * 86_400, environment: environment)
    }

    private static let usage = """
        CREATE TABLE usage AS
        SELECT to_timestamp(\(TrainFixtures.start) + h * 3600) AS at, 'web-5d4f8c9b7-x' || p || 'bcd' AS pod,
            0.5 + 0.2 * sin(h * 2 * pi() / 24) + 0.1 * p AS cpu, 100000000 * p AS memory
        FROM generate_series(0, 21 * 24 - 1) h, generate_series(2, 4) p
        """

    @Test func `a workload is trained from a query, and what the server refuses is told by field`() async throws {
        try await PostgresServer.with(speaksTLS: true) { server in
            try server.sql(Self.usage)
            let query = "SELECT at AS timestamp, 'app' AS container, pod, cpu, memory FROM usage;"
            let trained = try await train(server, query)
            #expect(trained.status == 0 && trained.series == ["app/cpu", "app/memory"], "\(trained.output)")
            #expect(trained.report.stages.map(\.succeeded) == [true, true, true, true])

            // A certificate that nobody vouches for, and one that is none.
            let strange = try await train(server, query) { $0.caFile = nil }
            #expect(strange.report.reason == "RequestFailed" && strange.report.message.contains("certificate"))
            let none = try await train(server, query) { $0.caFile = $0.usernameFile }
            #expect(none.status == 65 && none.report.message.contains("spec.source.postgresql.ca"), "\(none.output)")

            let wrong = try await train(server, query, password: "wr0ng-pass")
            #expect(wrong.status == 65 && wrong.report.reason == "AccessDenied", "\(wrong.output)")
            #expect(!wrong.output.contains("wr0ng-pass"))
            let table = try await train(server, "SELECT * FROM no_such_table")
            #expect(table.report.reason == "NotFound", "\(table.output)")
            let column = try await train(server, "SELECT at AS timestamp, cpu, memory FROM usage")
            #expect(column.report.reason == "MissingColumn" && column.report.message.contains("SELECT day AS ds"))
            let rows = try await train(server, query.replacing(";", with: " WHERE pod = 'none'"))
            #expect(rows.report.reason == "NoData", "\(rows.output)")
            let slow = try await train(server, query.replacing("FROM usage", with: "FROM usage, pg_sleep(30)")) {
                $0.statementTimeoutSeconds = 1
            }
            #expect(slow.status == 69 && slow.report.reason == "TimedOut", "\(slow.output)")
            let mode = try await train(server, query) { $0.sslMode = "always" }
            #expect(mode.status == 64 && mode.report.message.contains("verify-full"))
        }
    }

    @Test func `libpq's own variables lead to no other server, and change nothing`() async throws {
        try await PostgresServer.with { server in
            try server.sql(Self.usage)
            let variables = [
                "PGHOSTADDR": "127.0.0.9", "PGSERVICE": "other", "PGTZ": "nowhere", "PGREQUIREPEER": "nobody",
                "PGOPTIONS": "-c search_path=elsewhere", "PGTARGETSESSIONATTRS": "standby",
            ]
            let trained = try await train(
                server, "SELECT at AS timestamp, 'app' AS container, pod, cpu, memory FROM usage",
                environment: variables)
            #expect(trained.status == 0, "\(trained.output)")
        }
    }

    @Test func `a wall clock's hours across daylight saving are read as the moments they were`() async throws {
        try await PostgresServer.with { server in
            // Berlin, 2026: clocks go forward on 29 March. The table's column is the wall clock of every true hour.
            try server.sql(
                """
                CREATE TABLE sales AS SELECT 'north' AS unique_id,
                    (timestamptz '2026-03-08 00:00+00' + h * interval '1 hour') AT TIME ZONE 'Europe/Berlin' AS ds,
                    10 + 3 * sin(h * 2 * pi() / 24) AS y FROM generate_series(0, 30 * 24 - 1) h
                """)
            let query = "SELECT * FROM sales"
            let zoned = try await train(server, query, recorded: true) { $0.timeZone = "Europe/Berlin" }
            #expect(zoned.status == 0, "\(zoned.output)")
            // As true hours the day repeats itself without a break.
            #expect(try #require(zoned.manifest?.scores.challenger) < 0.01)
            #expect(!zoned.output.contains("gaps"))
            let naive = try await train(server, query, recorded: true)
            #expect(naive.status == 0 && naive.output.contains("gaps"), "\(naive.output)")
        }
    }
}
