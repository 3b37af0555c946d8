import Foundation
import Testing

@testable import ForecastEngine

@Suite struct ArtifactFuzzTests {
    /// `PRESAGE_FUZZ` scales the number of inputs.
    private let rounds = 2_000 * (ProcessInfo.processInfo.environment["PRESAGE_FUZZ"].flatMap(Int.init) ?? 1)

    private func artifact() throws -> [UInt8] {
        let series = Sample.hourly(count: 120)
        let models = try [AlgorithmName.auto, .seasonalNaive].map { try TrainedModel.fit(series, recipe: Recipe($0)) }
        return try ModelArtifact(models: models, metadata: ["a": "b"]).encode()
    }

    @Test func `a changed byte is found`() throws {
        let bytes = try artifact()
        var random = RandomGenerator(seed: 11)
        for _ in 0..<rounds {
            var broken = bytes
            let position = random.index(broken.count)
            broken[position] ^= UInt8(1 + random.index(255))
            #expect(throws: ForecastError.self) { try ModelArtifact(decoding: broken) }
        }
    }

    @Test func `bytes that end too early are a typed error`() throws {
        let bytes = try artifact()
        for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 500)) {
            #expect(throws: ForecastError.self) { try ModelArtifact(decoding: Array(bytes.prefix(count))) }
        }
    }

    @Test func `a payload that was changed with its checksum decodes or is a typed error`() throws {
        let bytes = try artifact()
        var random = RandomGenerator(seed: 12)
        var decoded = 0
        for _ in 0..<rounds {
            var payload = Array(bytes[6..<(bytes.count - 8)])
            for _ in 0...random.index(4) { payload[random.index(payload.count)] = UInt8(random.index(256)) }
            do throws(ForecastError) {
                _ = try ModelArtifact.decode(payload[...])
                decoded += 1
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(decoded > 0)
    }

    @Test func `a newer version says so`() throws {
        var bytes = try artifact()
        bytes[4] = 0xFF
        let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
        #expect(error?.code == .unsupportedVersion)
    }
}
