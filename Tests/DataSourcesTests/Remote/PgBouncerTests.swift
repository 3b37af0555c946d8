import DataSources
import ForecastEngine
import PostgreSQL
import TestServers
import Testing

/// Against a real PgBouncer that hands one connection on after every transaction, as it mostly runs in production.
@Suite(.serialized, .enabled(if: PgBouncerServer.isInstalled, "PgBouncer is not installed"))
struct PgBouncerTests {
    private func source(
        _ server: PostgresServer, _ bouncer: PgBouncerServer, _ query: String, timeout: Duration = .seconds(60),
        _ change: (inout PostgreSQLSettings) -> Void = { _ in }
    ) -> PostgreSQLSource {
        var settings = PostgreSQLSettings(
            host: "127.0.0.1", port: bouncer.port, database: server.database, user: server.user,
            password: server.password, statementTimeout: timeout)
        change(&settings)
        return PostgreSQLSource(settings: settings, query: query)
    }

    @Test func `readers take turns on one connection, and each has its own settings`() async throws {
        try await PostgresServer.with { server in
            try await PgBouncerServer.with(server) { bouncer in
                let query = """
                    SELECT timestamptz '2026-01-01 00:00+00' + g * interval '1 hour' AS ds, g AS y
                    FROM generate_series(1, 20000) g
                    """
                try await withThrowingTaskGroup(of: History.self) { group in
                    for _ in 0..<4 { group.addTask { try await source(server, bouncer, query).read() } }
                    for try await history in group {
                        #expect(history.series.first?.times.first == 1_767_225_600 + 3600)
                        #expect(history.report.rows == 20_000)
                    }
                }
                let slow = source(
                    server, bouncer, "SELECT date '2026-01-01' AS ds, 1 AS y FROM pg_sleep(60)",
                    timeout: .milliseconds(300))
                await #expect { try await slow.read() } throws: { ($0 as? DataError)?.code == .timedOut }
                // The time-out stayed behind.
                let patient = source(server, bouncer, "SELECT date '2026-01-01' AS ds, 1 AS y FROM pg_sleep(1)")
                #expect(try await patient.read().report.rows == 1)
            }
        }
    }

    @Test func `what is wrong for good is told so, though it is one state with what may pass`() async throws {
        try await PostgresServer.with { server in
            try await PgBouncerServer.with(server) { bouncer in
                let cases: [((inout PostgreSQLSettings) -> Void, DataError.Code, Bool, String)] = [
                    ({ $0.password = "wr0ng-pass" }, .accessDenied, false, "password"),
                    ({ $0.user = "nobody" }, .accessDenied, false, "PgBouncer"),
                    (
                        {
                            $0.user = "stranger"
                            $0.password = "str4nger-pass"
                        }, .accessDenied, false, "stranger"
                    ),
                    ({ $0.database = "unheard-of" }, .notFound, false, "no such database: unheard-of"),
                    ({ $0.database = "missing" }, .notFound, false, "missing"),
                    ({ $0.database = "away" }, .requestFailed, true, "query_wait_timeout"),
                ]
                for (change, code, mayPass, words) in cases {
                    do {
                        _ = try await source(
                            server, bouncer, "SELECT date '2026-01-01' AS ds, 1 AS y", change
                        ).read()
                        Issue.record("\(words): read all the same")
                    } catch let error as DataError {
                        #expect(error.code == code && error.mayPass == mayPass, "\(error)")
                        #expect(error.message.contains(words), "\(error)")
                        #expect(!error.description.contains("wr0ng-pass") && !error.description.contains("str4nger"))
                    }
                }
            }
        }
    }
}
