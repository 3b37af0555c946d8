import ForecastEngine
import Foundation
import PostgreSQL
import TestServers
import Testing

@testable import DataSources

/// Against a real PostgreSQL whose own time zone is New York's, so that nothing is right by accident.
@Suite(.serialized, .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgreSQLSourceTests {
    private func settings(_ server: PostgresServer, timeout: Duration = .seconds(60)) -> PostgreSQLSettings {
        PostgreSQLSettings(
            host: "127.0.0.1", port: server.port, database: server.database, user: server.user,
            password: server.password, statementTimeout: timeout)
    }

    private func read(_ server: PostgresServer, _ query: String, zone: String = "UTC") async throws -> History {
        try await PostgreSQLSource(settings: settings(server), query: query, timeZone: zone).read()
    }

    private func failure(_ settings: PostgreSQLSettings, _ query: String) async -> DataError? {
        do {
            _ = try await PostgreSQLSource(settings: settings, query: query).read()
            return nil
        } catch {
            return error as? DataError
        }
    }

    @Test func `every kind of time is read as the moment it means`() async throws {
        try await PostgresServer.with { server in
            let noon = 1_767_960_000  // 2026-01-09 12:00:00 UTC
            let one = "SELECT 'a' AS unique_id, %@ AS ds, 1.5 AS y;"
            for (time, zone, expected) in [
                ("timestamptz '2026-01-09 13:00:00+01'", "UTC", noon),
                ("timestamp '2026-01-09 12:00:00'", "UTC", noon),
                ("timestamp '2026-01-09 13:00:00'", "Europe/Berlin", noon),
                ("timestamp '2026-07-09 14:00:00'", "Europe/Berlin", noon + 181 * 86_400),
                ("date '2026-01-09'", "Europe/Berlin", noon - 43_200),
                ("1767960000", "UTC", noon), ("1767960000::bigint", "UTC", noon),
                ("extract(epoch FROM timestamptz '2026-01-09 12:00:00+00')", "UTC", noon),
                ("'2026-01-09T12:00:00Z'", "UTC", noon),
            ] {
                let history = try await read(server, one.replacingOccurrences(of: "%@", with: time), zone: zone)
                #expect(history.series.first?.times == [expected], "\(time)")
                #expect(history.series.first?.values == [1.5])
            }
        }
    }

    @Test func `both forms are read, with NULL as missing and pods put together`() async throws {
        try await PostgresServer.with { server in
            try server.sql(
                """
                CREATE TABLE sales (day date, shop text, amount numeric, promo integer);
                INSERT INTO sales SELECT date '2026-01-01' + d, 'shop ' || s, CASE WHEN d = 3 THEN NULL ELSE d * s END, d % 2
                FROM generate_series(0, 9) d, generate_series(1, 3) s;
                CREATE TABLE usage (at timestamptz, container text, pod text, cpu float8, memory bigint);
                INSERT INTO usage SELECT timestamptz '2026-01-01 00:00+00' + h * interval '1 hour', 'web', 'web-' || p,
                    0.5 * p, 1048576 * p FROM generate_series(0, 23) h, generate_series(1, 2) p;
                """)
            var options = CSVOptions()
            options.columns.id = "shop"
            options.columns.time = "day"
            options.columns.value = "amount"
            let sales = try await PostgreSQLSource(
                settings: settings(server), query: "SELECT * FROM sales ORDER BY day, shop -- by day",
                reader: CSVReader(options: options)
            ).read()
            #expect(sales.series.map(\.id) == ["shop 1", "shop 2", "shop 3"])
            let third = try #require(sales.series.last)
            #expect(third.values.filter { !$0.isNaN } == [0, 3, 6, 12, 15, 18, 21, 24, 27] && third.values[3].isNaN)
            #expect(third.columns["promo"] == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])

            let usage = try await read(server, "SELECT at AS timestamp, container, pod, cpu, memory FROM usage")
            #expect(usage.meaning == .allPods)
            #expect(Set(usage.series.map(\.id)) == ["web/cpu", "web/memory"])
            let memory = try #require(usage.series.first { $0.id == "web/memory" })
            #expect(memory.values == Array(repeating: 2_097_152, count: 24))
        }
    }

    @Test func `what is wrong is told with the place and never with the password`() async throws {
        try await PostgresServer.with { server in
            try server.sql(
                "CREATE ROLE guest LOGIN PASSWORD 'guest'; CREATE TABLE secret (ds date, y int); CREATE SEQUENCE tickets"
            )
            let good = settings(server)
            var wrong = good
            wrong.password = "not-the-password"
            var elsewhere = good
            elsewhere.port = try TestServer.freePort()
            var database = good
            database.database = "nothing"
            var guest = good
            (guest.user, guest.password) = ("guest", "guest")
            var secure = good
            secure.sslMode = .require
            let cases: [(PostgreSQLSettings, String, DataError.Code, String)] = [
                (wrong, "SELECT 1", .accessDenied, "password"),
                (elsewhere, "SELECT 1", .requestFailed, "cannot connect"),
                (database, "SELECT 1", .notFound, "nothing"),
                (secure, "SELECT 1", .requestFailed, "sslMode"),
                (guest, "SELECT ds, y FROM secret", .accessDenied, "grant"),
                (good, "SELECT ds, y FROM nowhere", .notFound, "nowhere"),
                (good, "SELECT ds, amount FROM secret", .missingColumn, "amount"),
                (good, "SELECT y FROM secret", .missingColumn, "long form"),
                (good, "SELECT ds, y FROM secret", .noData, "no rows"),
                (good, "SELECT true AS ds, 1 AS y", .wrongType, "boolean"),
                (good, "SELECT date '2026-01-01' AS ds, true AS y", .wrongType, "boolean"),
                (good, "SELECT date '2026-01-01' AS ds, 'much' AS y", .invalidNumber, "much"),
                (good, "SELECT 'infinity'::timestamptz AS ds, 1 AS y", .invalidTimestamp, "infinity"),
                (
                    good, "SELECT date '2026-01-01' AS ds, 1 / (g - 5) AS y FROM generate_series(1, 9) g",
                    .invalidQuery, "zero"
                ),
                (good, "DELETE FROM secret", .invalidQuery, "syntax"),
                (good, "SELECT 1) AS x; DROP TABLE secret; --", .invalidQuery, "syntax"),
                (good, "SELECT date '2026-01-01' AS ds, nextval('tickets') AS y", .invalidQuery, "read-only"),
            ]
            for (settings, query, code, part) in cases {
                let error = await failure(settings, query)
                #expect(error?.code == code, "\(query): \(String(describing: error))")
                #expect(error?.description.contains(part) == true, "\(query): \(String(describing: error))")
                #expect(error?.description.contains("not-the-password") != true)
                #expect(error?.description.contains(server.password) != true)
            }
            #expect(try server.sql("SELECT count(*) FROM secret") == "0", "the table still stands")
        }
    }

    @Test func `a query that returns without end is broken off before it fills the memory`() async throws {
        try await PostgresServer.with { server in
            var source = PostgreSQLSource(
                settings: settings(server),
                query: """
                    SELECT timestamptz '2000-01-01' + a * interval '1 second' AS ds, b AS y
                    FROM generate_series(1, 100000) a, generate_series(1, 100000) b
                    """)
            source.maximumBytes = 1 << 20
            await #expect { try await source.read() } throws: { error in
                let error = error as? DataError
                return error?.code == .tooLarge && error?.mayPass == false
                    && error?.message.contains("more than the 1 MiB") == true
            }
        }
    }

    @Test func `a slow query ends at its time-out, or when the task is cancelled, and on the server too`() async throws
    {
        try await PostgresServer.with { server in
            let slow = "SELECT date '2026-01-01' AS ds, 1 AS y FROM pg_sleep(60)"
            let limited = await failure(settings(server, timeout: .milliseconds(300)), slow)
            #expect(limited?.code == .timedOut, "\(String(describing: limited))")

            /// Waits until so many of these queries are at work at the server.
            func expectActive(_ count: String) async throws {
                var active = ""
                for _ in 0..<50 where active != count {
                    try await Task.sleep(for: .milliseconds(100))
                    active = try server.sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"
                    )
                }
                #expect(active == count, "queries at the server")
            }
            try await expectActive("0")
            let hour = slow.replacing("(60)", with: "(3600)")
            let settings = settings(server)
            let task = Task { try await PostgreSQLSource(settings: settings, query: hour).read() }
            try await expectActive("1")
            let cancelled = ContinuousClock.now
            task.cancel()
            // Nobody waits for the hour's end.
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(ContinuousClock.now - cancelled < .seconds(20))
            try await expectActive("0")
        }
    }
}
