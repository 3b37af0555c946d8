import TestSupport
import Testing

@testable import ForecastEngine

@Suite struct ArtifactFuzzTests {
    private func artifact() throws -> [UInt8] {
        let series = Sample.hourly(count: 120)
        let models = try [AlgorithmName.auto, .seasonalNaive].map { try TrainedModel.fit(series, recipe: Recipe($0)) }
        return try ModelArtifact(models: models, metadata: ["a": "b"]).encode()
    }

    @Test func `a changed byte is found`() async throws {
        let bytes = try artifact()
        await FuzzRun("artifact, a byte changed", count: 2_000).run { number, random in
            var broken = bytes
            broken[random.below(broken.count)] ^= UInt8(1 + random.below(255))
            #expect(throws: ForecastError.self, "input \(number)") { try ModelArtifact(decoding: broken) }
            return false
        }
    }

    @Test func `bytes that end too early are a typed error`() throws {
        let bytes = try artifact()
        for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 500)) {
            #expect(throws: ForecastError.self) { try ModelArtifact(decoding: Array(bytes.prefix(count))) }
        }
    }

    @Test func `a payload that was changed with its checksum decodes or is a typed error`() async throws {
        let bytes = try artifact()
        let taken = await FuzzRun("artifact, checksum right", count: 2_000).run { number, random in
            var payload = Array(bytes[6..<(bytes.count - 8)])
            for _ in 0...random.below(4) { payload[random.below(payload.count)] = UInt8(random.below(256)) }
            do throws(ForecastError) {
                _ = try ModelArtifact.decode(payload[...])
                return true
            } catch {
                #expect(!error.message.isEmpty, "input \(number)")
                return false
            }
        }
        #expect(taken > 0)
    }

    @Test func `a newer version says so`() throws {
        var bytes = try artifact()
        bytes[4] = 0xFF
        let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
        #expect(error?.code == .unsupportedVersion)
    }
}
