import ForecastEngine
import ModelRegistry
import TestServers
import Testing

@testable import PostgreSQL
@testable import presage

/// A table on a server whose processes stand still.
@Suite(.serialized, .enabled(if: PostgresServer.isInstalled, "scripts/install-test-servers installs PostgreSQL"))
struct FrozenOutputTests {
    @Test func `writing to a server that stands still ends, and may be tried again`() async throws {
        try await PostgresServer.with { server in
            var settings = PostgreSQLSettings(
                host: "127.0.0.1", port: server.port, database: server.database, user: server.user,
                password: server.password, statementTimeout: .seconds(5))
            settings.grace = .seconds(1)
            let rows = ForecastRows(
                models: [try .fit(TrainFixtures.series("a"), recipe: Recipe(.seasonalNaive), horizon: 24)],
                horizonSeconds: 86_400)
            let labels = ForecastLabels(
                namespace: "shop", model: "web", modelUID: "u", version: 1, revision: 0, sequence: 1)
            let place = PostgreSQLForecasts(settings: settings, table: "forecast_results")
            _ = try await place.write(rows, of: labels)
            try server.sql(
                """
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(3600); RETURN NEW; END';
                CREATE TRIGGER slow BEFORE INSERT ON forecast_results EXECUTE FUNCTION slow()
                """)
            let writing = Task { try await place.write(rows, of: labels) }
            try await server.standingStill(at: "INSERT INTO%") {
                let begin = ContinuousClock.now
                let result = await writing.result
                #expect(ContinuousClock.now - begin < .seconds(40))
                let error = try #require(throws: PostgreSQLError.self) { try result.get() }
                #expect(error.code == .timedOut && error.message.contains("it hangs"))
                #expect(WriteForecastsCommand.failure(error).exitStatus == .unavailable)
            }
        }
    }

    @Test func `the pod that writes forecasts has the time limits of the one that reads a history`() throws {
        var run = ForecastWriteRun(
            model: .init(namespace: "a", name: "b", uid: "c"), version: 1, revision: 0, sequence: 1, directory: "d",
            horizonSeconds: 60)
        run.postgresql = .init(host: "db", port: 5432, database: "sales", table: "t", sslMode: "prefer")
        let place = try #require(try ForecastWriteDocument.place(of: run) as? PostgreSQLForecasts)
        #expect(place.settings.statementTimeout == .seconds(300))
    }
}
