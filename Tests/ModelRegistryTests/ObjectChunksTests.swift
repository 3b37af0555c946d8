import Foundation
import HTTPTransport
import ModelRegistry
import ObjectStore
import Synchronization
import TestServers
import Testing

/// Chunks as objects of a real S3 server.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectChunksTests {
    private func chunk(_ bytes: [UInt8]) -> VersionManifest.Chunk {
        .init(name: "c-0", bytes: bytes.count, sha256: Digest.sha256(bytes))
    }

    private func client(_ server: MotoServer, port: Int? = nil, key: String? = nil) -> S3Client {
        S3Client(
            bucket: S3Bucket(
                name: "history", endpoint: port.map { "http://127.0.0.1:\($0)" } ?? server.endpoint, pathStyle: true,
                credentials: S3Credentials(
                    accessKeyID: server.accessKeyID, secretAccessKey: key ?? server.secretAccessKey)))
    }

    private func code(_ body: () async throws -> Void) async -> RegistryError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? RegistryError)?.code
        }
    }

    @Test func `what is written is read back under its digest, and damage is told from an outage`() async throws {
        try await MotoServer.with(objects: [:]) { server in
            let store = VersionManifest.Store(bucket: "history", prefix: "p/demo/shop/m/r/")
            let chunks = ObjectChunks(store: store, client: client(server))
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let chunk = chunk(bytes)
            try await chunks.write(bytes[...], as: chunk)
            try await chunks.write(bytes[...], as: chunk)
            #expect(try await chunks.read(chunk, of: "r") == bytes)
            #expect(try await chunks.list().objects.map(\.key) == ["p/demo/shop/m/r/\(chunk.sha256)"])

            for (spoiled, expected) in [
                (Array(bytes.dropLast()), RegistryError.Code.digestMismatch), (bytes + [0], .digestMismatch),
                (bytes + bytes, .digestMismatch), (bytes.reversed(), .digestMismatch), ([], .digestMismatch),
            ] {
                try await client(server).put(store.key(of: chunk), .bytes(spoiled), contentType: "text/plain")
                #expect(await code { _ = try await chunks.read(chunk, of: "r") } == expected)
            }
            try await chunks.remove(store.key(of: chunk))
            #expect(await code { _ = try await chunks.read(chunk, of: "r") } == .missingChunk)

            let wrong = ObjectChunks(store: store, client: client(server, key: "wr0ng"))
            #expect(await code { _ = try await wrong.read(chunk, of: "r") } == .storeRefused)
            #expect(await code { try await wrong.write(bytes[...], as: chunk) } == .storeRefused)
        }
    }

    @Test func `a write waits for a store that is away, ever longer, and gives up in the end`() async throws {
        try await MotoServer.with(objects: [:]) { server in
            let port = try #require(URL(string: server.endpoint)?.port)
            try await TCPGate.with(target: port) { gate in
                gate.set(open: false)
                let waits = Waits()
                let store = VersionManifest.Store(bucket: "history", prefix: "p/")
                let bytes: [UInt8] = [1, 2, 3]
                func chunks(_ sleep: @escaping @Sendable (Duration) async -> Void) -> ObjectChunks {
                    ObjectChunks(
                        store: store, client: client(server, port: gate.port),
                        retries: RetryPolicy(attempts: 4, sleep: sleep, random: { 0.5 }))
                }
                let shut = chunks { await waits.add($0) }
                #expect(await code { try await shut.write(bytes[...], as: chunk(bytes)) } == .storeUnreachable)
                #expect(await waits.all == [.seconds(1), .seconds(2), .seconds(4)])

                let patient = chunks { _ in gate.set(open: true) }
                try await patient.write(bytes[...], as: chunk(bytes))
                #expect(try await patient.read(chunk(bytes), of: "r") == bytes)
            }
        }
    }

    @Test func `a busy store is left alone for as long as it asks`() async throws {
        // It is busy, then breaks off, and then wants a login of another kind.
        try await MetricsProxy.with(nil) { server in
            let waits = Waits()
            let bucket = S3Bucket(name: "history", endpoint: "\(server.url)/waking", pathStyle: true)
            let chunks = ObjectChunks(
                store: .init(bucket: "history", prefix: "p/"), client: S3Client(bucket: bucket),
                retries: RetryPolicy(sleep: { await waits.add($0) }, random: { 0.5 }))
            let chunk = chunk([UInt8](repeating: 1, count: 10_000))
            #expect(await code { _ = try await chunks.read(chunk, of: "r") } == .storeRefused)
            #expect(await waits.all == [.seconds(7), .seconds(2)])
        }
    }

    @Test func `of a store that is away everybody is told at once, and after a pause one asks again`() async throws {
        try await MotoServer.with(objects: [:]) { server in
            let port = try #require(URL(string: server.endpoint)?.port)
            try await TCPGate.with(target: port) { gate in
                let start = ContinuousClock.now
                let passed = Mutex(Duration.zero)
                let outages = StoreOutages(pause: .seconds(30)) { start + passed.withLock { $0 } }
                func chunks(_ model: String, endpoint: Int) -> ObjectChunks {
                    ObjectChunks(
                        store: .init(bucket: "history", prefix: "p/demo/\(model)/"),
                        client: client(server, port: endpoint), retries: RetryPolicy(attempts: 1), outages: outages)
                }
                func failure(_ model: String) async -> RegistryError? {
                    do {
                        _ = try await chunks(model, endpoint: gate.port).list()
                        return nil
                    } catch {
                        return error as? RegistryError
                    }
                }
                gate.set(open: false)
                #expect(await failure("one")?.code == .storeUnreachable)
                gate.set(open: true)
                let told = await failure("two")
                #expect(told?.code == .storeUnreachable, "nobody has asked again")
                #expect(told?.message.contains("p/demo/two/") == true && told?.message.contains("demo/one") == false)
                _ = try await chunks("two", endpoint: port).list()
                passed.withLock { $0 = .seconds(31) }
                #expect(await failure("three") == nil)
                passed.withLock { $0 = .zero }
                #expect(await failure("four") == nil, "an answer ends the pause")
            }
        }
    }

    private actor Waits {
        var all: [Duration] = []
        func add(_ wait: Duration) { all.append(wait) }
    }
}
