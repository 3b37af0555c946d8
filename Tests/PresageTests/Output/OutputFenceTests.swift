import ForecastEngine
import Foundation
import HTTPTransport
import ObjectStore
import TestServers
import Testing

@testable import presage

/// Pods that come late: what an earlier decision put up never replaces what a later one has written.
@Suite(.serialized)
struct OutputFenceTests {
    /// Any file stands for a table here.
    private let table = #filePath

    private func labels(version: Int = 1, sequence: Int, uid: String = "u") -> ForecastLabels {
        ForecastLabels(
            namespace: "shop", model: "web", modelUID: uid, version: version, revision: 0, sequence: sequence)
    }

    private func rows() throws -> ForecastRows {
        let model = try TrainedModel.fit(TrainFixtures.series("a"), recipe: Recipe(.seasonalNaive), horizon: 24)
        return ForecastRows(models: [model], horizonSeconds: 86_400)
    }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-fence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// Writes decision after decision to a place, and reads what is there.
    private func check(_ target: CSVForecasts.Target, read: () async throws -> String) async throws {
        let place = CSVForecasts(target: target)
        func version() async throws -> Substring? {
            try await read().split(separator: "\n").last?.split(separator: ",")[6]
        }
        _ = try await place.write(try rows(), of: labels(version: 2, sequence: 5))
        let late = try await place.write(try rows(), of: labels(version: 1, sequence: 4))
        #expect(late.contains("newer version"), "\(late)")
        #expect(try await version() == "2")
        // The same again, as a pod that is tried again does it; and a rollback, a later decision for an older version.
        #expect(try await place.write(try rows(), of: labels(version: 2, sequence: 5)).contains("24 rows"))
        _ = try await place.write(try rows(), of: labels(version: 1, sequence: 6))
        #expect(try await version() == "1")
        // A model that was deleted and made again begins at 1.
        _ = try await place.write(try rows(), of: labels(version: 3, sequence: 1, uid: "other"))
        #expect(try await version() == "3")
    }

    @Test func `a file is not replaced by an earlier decision that comes late`() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "f.csv")
            try Data("by hand".utf8).write(to: file)
            try await check(.file(file.path)) { try String(contentsOf: file, encoding: .utf8) }
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "scripts/install-test-servers installs moto"))
    func `an object is not replaced by an earlier decision that comes late`() async throws {
        try await MotoServer.with(objects: ["out/by-hand.csv": "by hand"]) { server in
            var bucket = S3Bucket(name: "history", endpoint: server.endpoint, pathStyle: true)
            bucket.credentials = S3Credentials(
                accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey)
            let client = S3Client(bucket: bucket)
            for key in ["out/by-hand.csv", "out/new.csv"] {
                try await check(.object(client, key: key)) {
                    String(decoding: try await client.read(key, upTo: 1 << 20), as: UTF8.self)
                }
            }
            // What the store itself refuses.
            let tag = try #require(try await client.head("out/new.csv")?["ETag"])
            try await client.put("out/new.csv", .bytes([1]), contentType: "text/plain", where: .unchanged(tag))
            for (key, condition) in [
                ("out/new.csv", S3Client.Condition.unchanged(tag)), ("out/new.csv", .absent), ("gone", .unchanged(tag)),
            ] {
                let error = await #expect(throws: S3Error.self) {
                    try await client.put(key, .bytes([2]), contentType: "text/plain", where: condition)
                }
                #expect(error?.code == .conditionFailed, "\(error.map { "\($0)" } ?? "")")
            }
            #expect(try await client.read("out/new.csv", upTo: 10) == [1])
            #expect(try await client.head("gone") == nil)
        }
    }

    @Test func `a pod that waited for the lock looks again, and one that waits in vain says for whom`() async throws {
        try await inFolder { folder in
            let fence = FileFence(path: folder.appending(path: "f.csv").path)
            let partial = folder.appending(path: "partial").path
            try Data("old".utf8).write(to: URL(fileURLWithPath: partial))
            // Another pod is between its look and its end.
            let other = open(fence.markPath, O_RDWR | O_CREAT, 0o644)
            #expect(flock(other, LOCK_EX) == 0)
            let late = Task { try await fence.replace(with: partial, of: labels(sequence: 4)) }
            try await Task.sleep(for: .milliseconds(200))
            let mark = #"{"modelUID":"u","sequence":5}"#
            #expect(write(other, mark, mark.utf8.count) == mark.utf8.count)

            var hurried = fence
            hurried.patience = .milliseconds(100)
            let error = await #expect(throws: TrainingFailure.self) {
                try await hurried.replace(with: partial, of: labels(sequence: 6))
            }
            #expect(error?.reason == "Locked" && error?.exitStatus == .unavailable)
            close(other)
            #expect(try await late.value == false)
            #expect(!FileManager.default.fileExists(atPath: fence.path))
        }
    }

    /// What is asked of a store that somebody else writes to all the time, and what comes of it.
    private func replace(
        sequence: Int, from first: Int, looks: Int = 200, conditions: Int = 412
    ) async throws -> (outcome: ObjectFence.Outcome?, failure: TrainingFailure?, log: String) {
        var result: (outcome: ObjectFence.Outcome?, failure: TrainingFailure?, log: String) = (nil, nil, "")
        try await BusyStore.with(first: first, looks: looks, conditions: conditions) { server in
            let client = S3Client(bucket: S3Bucket(name: "b", endpoint: server.url, pathStyle: true))
            do {
                result.outcome = try await ObjectFence(client: client, key: "k")
                    .replace(with: table, contentType: "text/csv", of: labels(sequence: sequence))
            } catch let error as TrainingFailure {
                result.failure = error
            }
            result.log = String(decoding: try await client.read("log", upTo: 1 << 16), as: UTF8.self)
        }
        return result
    }

    @Test(.enabled(if: BusyStore.isInstalled, "python3 is not installed"))
    func `an object that changed after the look is looked at again`() async throws {
        // Decision 3 is an earlier one, and 4 the same; the third look finds a later one.
        let late = try await replace(sequence: 4, from: 3)
        #expect(late.outcome == .outdated)
        #expect(late.log == "HEAD\nPUT \"t3\" 4\nHEAD\nPUT \"t4\" 4\nHEAD")
        let crossed = try await replace(sequence: 99, from: 1)
        #expect(crossed.failure?.reason == "Overwritten")
        #expect(crossed.failure?.message.contains("a key of its own") == true)
    }

    @Test(.enabled(if: BusyStore.isInstalled, "python3 is not installed"))
    func `a store without conditions, and credentials that may not look, are written to as far as that goes`()
        async throws
    {
        let plain = try await replace(sequence: 4, from: 3, conditions: 501)
        #expect(plain.outcome == .written)
        #expect(plain.log == "HEAD\nPUT \"t3\" 4\nPUT - 4")
        let late = try await replace(sequence: 3, from: 4, conditions: 501)
        #expect(late.outcome == .outdated)
        #expect(late.log == "HEAD")
        let blind = try await replace(sequence: 4, from: 3, looks: 403)
        #expect(blind.outcome == .writtenBlindly)
        #expect(blind.log == "HEAD\nPUT * 4\nPUT - 4")
    }
}
