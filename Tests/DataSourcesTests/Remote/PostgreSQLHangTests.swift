import DataSources
import Foundation
import TestServers
import Testing

@testable import PostgreSQL

/// A server whose processes stand still: the kernel goes on answering for them, so that the connection looks alive.
@Suite(.serialized, .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct PostgreSQLHangTests {
    /// Runs a query that has begun when `server` stands still, and gives how it ended.
    private func outcome(
        timeout: Duration?, _ whileFrozen: (Task<History, any Error>) async throws -> Void = { _ in }
    ) async throws -> (result: Result<History, any Error>, took: Duration)? {
        var outcome: (Result<History, any Error>, Duration)?
        try await PostgresServer.with { server in
            var settings = PostgreSQLSettings(
                host: "127.0.0.1", port: server.port, database: server.database, user: server.user,
                password: server.password, connectTimeout: .seconds(2), statementTimeout: timeout)
            settings.grace = .seconds(1)
            let source = PostgreSQLSource(
                settings: settings, query: "SELECT date '2026-01-01' AS ds, 1 AS y FROM pg_sleep(3600)")
            let reading = Task { try await source.read() }
            var backend: Int32?
            while backend == nil {
                backend = Int32(
                    try server.sql(
                        """
                        SELECT pid FROM pg_stat_activity
                        WHERE query LIKE 'COPY%' AND state = 'active' AND pid <> pg_backend_pid()
                        """))
            }
            let main = try #require(
                Int32(try server.sql("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)")))
            let processes = [try #require(backend), main]
            for process in processes { kill(process, SIGSTOP) }
            // Whatever happens, what stands still does not outlive the test.
            let rescue = Task {
                try await Task.sleep(for: .seconds(60))
                for process in processes { kill(process, SIGCONT) }
            }
            let begin = ContinuousClock.now
            try await whileFrozen(reading)
            outcome = (await reading.result, ContinuousClock.now - begin)
            rescue.cancel()
            for process in processes { kill(process, SIGCONT) }
        }
        return outcome
    }

    @Test func `a server that stands still is left soon after its time-out, which it cannot keep`() async throws {
        let (result, took) = try #require(try await outcome(timeout: .seconds(2)))
        #expect { try result.get() } throws: { error in
            let error = error as? DataError
            return error?.code == .timedOut && error?.message.contains("it hangs") == true
        }
        #expect(took < .seconds(40))
    }

    @Test func `a cancelled read of a server that stands still ends, though nobody takes the cancellation`()
        async throws
    {
        let (result, took) = try #require(try await outcome(timeout: nil) { $0.cancel() })
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(took < .seconds(40))
    }
}
