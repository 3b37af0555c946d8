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
        timeout: Duration, _ whileFrozen: (Task<History, any Error>) async throws -> Void = { _ in }
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
            try await server.standingStill(at: "COPY%") {
                let begin = ContinuousClock.now
                try await whileFrozen(reading)
                outcome = (await reading.result, ContinuousClock.now - begin)
            }
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
        let (result, took) = try #require(try await outcome(timeout: .seconds(3600)) { $0.cancel() })
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(took < .seconds(40))
    }
}
