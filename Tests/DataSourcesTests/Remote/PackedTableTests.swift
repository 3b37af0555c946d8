import Foundation
import HTTPTransport
import TestServers
import Testing

@testable import DataSources
@testable import ObjectStore

/// Tables that are packed with gzip, on their way or as files.
@Suite(.serialized)
struct PackedTableTests {
    /// Two days of one series, hourly.
    private static let packed = """
        H4sIAAAAAAACA0WRu45CMQwFe74lRfyInXzNCgkKGiSEKPbvN7Y3h3Kke4/Gmc/z8frcfx63dnu338u1kZsPJ+69daDOjQScupEP\
        zv1tbwIctlGBK6bGwcUxZUCLKf/H/WNMTaDE1AJ6TNHRMuqpRWCNMWLwjDU6ZsYUc6TgkXsDPHPvyJlw7sEubDZDT1buwU8l9hh+\
        arHH8Bs93w1+Q2OP4TfiAfDqZhkBf1tGwM+WEfCvZwSc5hkBl3lGwGEzI+CumRFw1soIuGplhO+rr6pwvLxXBQZXBQFXhaPmVBUG\
        uCoYuCocO+eqMMFVYYGzAl7dpSrAT6oC/LQqyOUPaYJJL/sCAAA=
        """

    private func failure(_ source: any DataSource) async -> DataError? {
        do {
            _ = try await source.read()
            return nil
        } catch {
            return error as? DataError
        }
    }

    @Test(.enabled(if: MetricsProxy.isInstalled, "python3 is not installed"))
    func `a table that a server packs is unpacked as it comes, and no further than is read at most`() async throws {
        try await MetricsProxy.with(nil) { server in
            let table = try await CSVURLSource(url: "\(server.url)/packed/table.csv").read()
            #expect(table.series.map(\.values.count) == [240])

            // What is stored as Content-Encoding is often none.
            let words = try await CSVURLSource(url: "\(server.url)/packed/words.csv").read()
            #expect(words.series == table.series)

            // 256 MiB of line breaks.
            var bomb = CSVURLSource(url: "\(server.url)/packed/bomb.csv")
            bomb.maximumBytes = 32 << 20
            #expect(await failure(bomb)?.code == .tooLarge)

            let plain = try #require(await failure(CSVURLSource(url: "\(server.url)/packed/plain.csv")))
            #expect(plain.code == .requestFailed && !plain.mayPass)
            #expect(plain.message.contains("not packed as its Content-Encoding says"), "\(plain)")

            let cut = try #require(await failure(CSVURLSource(url: "\(server.url)/packed/cut.csv")))
            #expect(cut.code == .requestFailed && !cut.mayPass)
            #expect(cut.message.contains("cut short before it was stored"), "\(cut)")
        }
    }

    @Test(.enabled(if: MotoServer.isInstalled, "scripts/install-test-servers installs moto"))
    func `an object with Content-Encoding gzip is read, and one that is only packed is told`() async throws {
        try await MotoServer.with(objects: [:]) { server in
            let bucket = S3Bucket(
                name: "history", endpoint: server.endpoint, pathStyle: true,
                credentials: S3Credentials(
                    accessKeyID: server.accessKeyID, secretAccessKey: server.secretAccessKey))
            let bytes = Array(try #require(Data(base64Encoded: Self.packed)))
            let answer = try await S3Client(bucket: bucket).send(
                "PUT", "a.csv", headers: ["Content-Type": "text/csv", "Content-Encoding": "gzip"], body: .bytes(bytes))
            #expect(answer.status == 200)
            let table = try await CSVObjectSource(bucket: bucket, key: "a.csv").read()
            #expect(table.series.map(\.values) == [(0..<48).map { Double($0 % 24) }])

            // Whoever packed it was killed, and the store has what there was.
            _ = try await S3Client(bucket: bucket).send(
                "PUT", "cut.csv", headers: ["Content-Type": "text/csv", "Content-Encoding": "gzip"],
                body: .bytes(Array(bytes.prefix(bytes.count / 2))))
            let cut = try #require(await failure(CSVObjectSource(bucket: bucket, key: "cut.csv")))
            #expect(cut.message.contains("cut short before it was stored"), "\(cut)")

            let plain = Array("unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,2\n".utf8)
            _ = try await S3Client(bucket: bucket).send(
                "PUT", "b.csv", headers: ["Content-Type": "text/csv", "Content-Encoding": "utf-8"],
                body: .bytes(plain))
            #expect(try await S3Client(bucket: bucket).get("b.csv").headers["Content-Encoding"] == "utf-8")
            let other = try await CSVObjectSource(bucket: bucket, key: "b.csv").read()
            #expect(other.series.map(\.values) == [[1, 2]])

            try await S3Client(bucket: bucket).put("a.csv.gz", .bytes(bytes), contentType: "application/gzip")
            let file = try #require(await failure(CSVObjectSource(bucket: bucket, key: "a.csv.gz")))
            #expect(file.code == .unreadable && file.message.contains("Content-Encoding: gzip"), "\(file)")
        }
    }

    @Test(arguments: [([0x1F, 0x8B, 8, 8], "packed with gzip"), ([0x50, 0x4B, 3, 4], "ZIP archive")])
    func `a file that is packed is told by its first bytes`(magic: [UInt8], words: String) throws {
        let error = #expect(throws: DataError.self) {
            try CSVReader().read(bytes: magic + Array("\nmore\n".utf8), name: "usage.csv")
        }
        #expect(error?.code == .unreadable && error?.message.contains(words) == true)
    }
}
