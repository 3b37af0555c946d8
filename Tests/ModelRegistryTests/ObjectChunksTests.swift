import Foundation
import ModelRegistry
import ObjectStore
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
                try await client(server).put(store.key(of: chunk), spoiled, contentType: "text/plain")
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
                let chunks = ObjectChunks(store: store, client: client(server, port: gate.port), attempts: 4) { wait in
                    await waits.add(wait)
                }
                #expect(await code { try await chunks.write(bytes[...], as: chunk(bytes)) } == .storeUnreachable)
                #expect(await waits.all == [.seconds(1), .seconds(2), .seconds(4)])

                let patient = ObjectChunks(store: store, client: client(server, port: gate.port), attempts: 4) { _ in
                    gate.set(open: true)
                }
                try await patient.write(bytes[...], as: chunk(bytes))
                #expect(try await patient.read(chunk(bytes), of: "r") == bytes)
            }
        }
    }

    private actor Waits {
        var all: [Duration] = []
        func add(_ wait: Duration) { all.append(wait) }
    }
}
