import DataSources
import ForecastEngine
import HTTPTransport
import ObjectStore
import PostgreSQL
import Synchronization
import TestServers
import Testing

/// Sources that are away when a pod starts: it waits for them, but not for ever, and not for what waiting does not cure.
@Suite(.serialized)
struct PatientSourceTests {
    /// Counts the waits, which take no time, and opens a gate at one of them.
    private final class Waits: Sendable {
        private let waited = Mutex<[Duration]>([])
        private let gate: TCPGate?
        private let number: Int

        init(opening gate: TCPGate? = nil, at number: Int = .max) {
            self.gate = gate
            self.number = number
            gate?.set(open: false)
        }

        var all: [Duration] { waited.withLock { $0 } }

        var policy: RetryPolicy {
            RetryPolicy(
                attempts: 4, firstWait: .seconds(1),
                sleep: { wait in
                    let count = self.waited.withLock { waits in
                        waits.append(wait)
                        return waits.count
                    }
                    if count == self.number { self.gate?.set(open: true) }
                }, random: { 0.5 })
        }
    }

    private func failure(_ source: any DataSource, _ waits: Waits) async -> DataError? {
        do {
            _ = try await PatientSource(source, retries: waits.policy).read()
            return nil
        } catch {
            return error as? DataError
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a table at an address is waited for as long as its server asks, and read anew where it broke off`()
        async throws
    {
        try await MetricsProxy.with(nil) { server in
            func source(_ path: String, port: Int? = nil) -> CSVURLSource {
                CSVURLSource(
                    url: (port.map { "http://127.0.0.1:\($0)" } ?? server.url) + path,
                    credentials: .bearer(MetricsProxy.token))
            }
            let waits = Waits()
            let history = try await PatientSource(source("/waking/sales.csv"), retries: waits.policy).read()
            #expect(history.series.map(\.values.count) == [240])
            #expect(waits.all == [.seconds(7), .seconds(2)])

            // Four tries in all; what is wrong for good is not tried again.
            let down = Waits()
            let away = await failure(source("/down/sales.csv"), down)
            #expect(away?.code == .requestFailed && away?.mayPass == true && down.all.count == 3)
            let nobody = Waits()
            let refused = await failure(source("/sales.csv", port: try TestServer.freePort()), nobody)
            #expect(refused?.code == .requestFailed && nobody.all == [.seconds(1), .seconds(2), .seconds(4)])
            let wrong = Waits()
            let denied = await failure(CSVURLSource(url: server.url + "/table/sales.csv"), wrong)
            #expect(denied?.code == .accessDenied && wrong.all.isEmpty)
            let elsewhere = await failure(source("/moved/sales.csv"), wrong)
            #expect(elsewhere?.code == .requestFailed && wrong.all.isEmpty)
            #expect(elsewhere?.message.contains("redirects (302) to https://cdn.example/sales.csv, and") == true)
            #expect(elsewhere?.description.contains("s1gned") == false)
        }
    }

    @Test func `a server that asks for a short wait does not use up the tries before the time that they are to last`() {
        let policy = RetryPolicy(attempts: 6, firstWait: .seconds(1), random: { 0.5 })
        let waits = (1...5).map { policy.wait(afterFailure: $0, retryAfter: $0 == 3 ? 30 : 1) }
        #expect(waits == [1, 2, 30, 8, 16].map { .seconds($0) })
        #expect(policy.wait(afterFailure: 1, retryAfter: 3600) == .seconds(60))
    }

    @Test(.enabled(if: MotoServer.isInstalled, "moto is not installed"))
    func `an object in a store that is away is waited for, and one that is not there is not`() async throws {
        try await MotoServer.with(objects: ["table.csv": "unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,2\n"]) {
            server in
            let port = try #require(server.endpoint.split(separator: ":").last.flatMap { Int($0) })
            try await TCPGate.with(target: port) { gate in
                let bucket = S3Bucket(
                    name: "history", endpoint: "http://127.0.0.1:\(gate.port)", pathStyle: true,
                    credentials: S3Credentials(
                        accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey))
                let waits = Waits(opening: gate, at: 2)
                let history = try await PatientSource(
                    CSVObjectSource(bucket: bucket, key: "table.csv"), retries: waits.policy
                ).read()
                #expect(history.series.map(\.values) == [[1, 2]] && waits.all.count == 2)

                let shut = Waits(opening: gate)
                let away = await failure(CSVObjectSource(bucket: bucket, key: "table.csv"), shut)
                #expect(away?.code == .requestFailed && shut.all.count == 3)
                gate.set(open: true)
                let none = Waits()
                let missing = await failure(CSVObjectSource(bucket: bucket, key: "nothing.csv"), none)
                #expect(missing?.code == .notFound && none.all.isEmpty)
            }
        }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `a database that is away is waited for, and a slow or a wrong query is not asked again`() async throws {
        try await PostgresServer.with { server in
            try await TCPGate.with(target: server.port) { gate in
                func source(_ query: String, _ timeout: Duration = .seconds(60)) -> PostgreSQLSource {
                    PostgreSQLSource(
                        settings: PostgreSQLSettings(
                            host: "127.0.0.1", port: gate.port, database: server.database, user: server.user,
                            password: server.password, statementTimeout: timeout), query: query)
                }
                let query = "SELECT date '2026-01-01' AS ds, 'a' AS unique_id, 1 AS y"
                let waits = Waits(opening: gate, at: 2)
                let history = try await PatientSource(source(query), retries: waits.policy).read()
                #expect(history.series.map(\.values) == [[1]] && waits.all.count == 2)

                let none = Waits()
                let slow = await failure(source("\(query) FROM pg_sleep(60)", .milliseconds(50)), none)
                #expect(slow?.code == .timedOut && none.all.isEmpty)
                let wrong = await failure(source("SELECT ds FROM nowhere"), none)
                #expect(wrong?.code == .notFound && none.all.isEmpty)

                let shut = Waits(opening: gate)
                let away = await failure(source(query), shut)
                #expect(away?.code == .requestFailed && away?.mayPass == true && shut.all.count == 3)
            }
        }
    }
}
