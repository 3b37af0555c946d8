import ForecastEngine
import Foundation
import Testing

@testable import ModelRegistry

@Suite struct DirectoryRegistryTests {
    private func manifest() -> VersionManifest {
        let reference = TrainingRun.Reference(namespace: "shop", name: "web", uid: "u")
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        return VersionManifest(
            model: reference, trainingJob: reference, algorithm: "ETS", challengerAlgorithm: "ETS",
            engineVersion: "presage test", trainedAt: time, historyStart: time, historyEnd: time, cut: time,
            historyDigest: "", series: 1, failedSeries: [], scores: .init(challenger: 1.5), championVersion: nil,
            winner: .challenger, reason: "first", stages: [], chunks: [], artifactDigest: "")
    }

    private func artifact() throws -> [UInt8] {
        let series = TimeSeries(
            id: "web/cpu", times: (0..<300).map { $0 * 3600 }, values: (0..<300).map { Double($0 % 24) })
        return try ModelArtifact(models: [TrainedModel.fit(series, recipe: Recipe(.seasonalNaive))]).encode()
    }

    private func inFolder(_ body: (DirectoryRegistry, String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(DirectoryRegistry(path: path), path)
    }

    @Test func `what was published is read back`() async throws {
        try await inFolder { registry, _ in
            let bytes = try artifact()
            let published = try await registry.publish(
                NewVersion(manifest: manifest(), artifact: bytes, naming: .init(name: "web-1")))
            let read = try registry.manifest()
            #expect(read == published)
            #expect(read.chunks.map(\.name) == ["web-1-0"])
            #expect(try registry.models(of: read, part: 0).encode() == bytes)
        }
    }

    @Test func `a changed, cut or missing chunk is named and never used`() async throws {
        try await inFolder { registry, path in
            let published = try await registry.publish(
                NewVersion(manifest: manifest(), artifact: try artifact(), naming: .init(name: "web-1")))
            let chunk = URL(fileURLWithPath: path).appendingPathComponent("web-1-0")
            func failure() -> RegistryError? {
                do {
                    _ = try registry.models(of: published, part: 0)
                    return nil
                } catch {
                    return error
                }
            }
            var bytes = Array(try Data(contentsOf: chunk))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: chunk)
            #expect(failure()?.code == .digestMismatch)
            #expect(failure()?.chunk == "web-1-0")
            try Data(bytes.dropLast(10)).write(to: chunk)
            #expect(failure()?.code == .digestMismatch)
            try FileManager.default.removeItem(at: chunk)
            #expect(failure()?.code == .missingChunk)
            #expect(failure()?.message.contains("web-1-0") == true)
        }
    }

    @Test func `a file that is there and cannot be read is not said to be missing`() async throws {
        try await inFolder { registry, path in
            let published = try await registry.publish(
                NewVersion(manifest: manifest(), artifact: try artifact(), naming: .init(name: "web-1")))
            // A folder in a file's place: permissions would stop nobody who runs the tests as root.
            for name in ["web-1-0", "manifest.json"] {
                let file = URL(fileURLWithPath: path).appendingPathComponent(name)
                try FileManager.default.removeItem(at: file)
                try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            }
            let errors = [
                #expect(throws: RegistryError.self) { try registry.models(of: published, part: 0) },
                #expect(throws: RegistryError.self) { try registry.manifest() },
            ]
            for (error, name) in zip(errors, ["web-1-0", "manifest.json"]) {
                #expect(error?.code == .fileSystem && error?.message.contains("\(name) cannot be read") == true)
            }
        }
    }

    @Test func `chunks are at most 900 KiB and give the artifact back`() throws {
        let bytes = (0..<(2 * ArtifactChunks.size + 17)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let chunks = try ArtifactChunks.split(bytes, name: "a", maximum: 3)
        #expect(chunks.map(\.chunk.bytes) == [ArtifactChunks.size, ArtifactChunks.size, 17])
        #expect(chunks.flatMap { Array($0.bytes) } == bytes)
        #expect(throws: RegistryError.self) { try ArtifactChunks.split(bytes, name: "a", maximum: 2) }
    }

    @Test func `a manifest of another version is refused`() throws {
        var other = manifest()
        other.apiVersion = "presage.dev/v9"
        let json = try other.json()
        #expect {
            _ = try VersionManifest(json: json, name: "web-1")
        } throws: { error in
            (error as? RegistryError)?.code == .invalidManifest && "\(error)".contains("presage.dev/v9")
        }
        #expect(throws: RegistryError.self) { try VersionManifest(json: Array("{}".utf8), name: "web-1") }
    }

    @Test func `digests are SHA-256, and a history's does not depend on the order of its series`() {
        #expect(
            Digest.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let a = TimeSeries(id: "a", times: [0, 1], values: [1, .nan])
        let b = TimeSeries(id: "b", times: [0, 1], values: [2, 3], columns: ["x": [0, 1]])
        #expect(Digest.history([a, b]) == Digest.history([b, a]))
        var changed = b
        changed.columns["x"] = [0, 2]
        #expect(Digest.history([a, b]) != Digest.history([a, changed]))
    }
}
