import Foundation
import Testing

@testable import ForecastEngine

/// Artifacts whose checksum is right and whose content no fit ever made.
@Suite("Forged artifacts") struct ForgedArtifactTests {
    /// `PRESAGE_FUZZ` scales the number of inputs.
    private let rounds = 400 * (ProcessInfo.processInfo.environment["PRESAGE_FUZZ"].flatMap(Int.init) ?? 1)

    private static let names = AlgorithmName.available.filter { $0 != .lstm && $0 != .auto }

    @Test(arguments: names)
    func `a forged model forecasts or is a typed error`(_ name: AlgorithmName) throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 6), recipe: Recipe(name), horizon: 4)
        let tree = try BinaryEncoder().encode(ModelArtifact(models: [model]))
        let leaves = Self.leaves(tree)
        var random = RandomGenerator(seed: 31)
        var refused = 0
        var forecast = 0
        for _ in 0..<rounds {
            var forged = tree
            for _ in 0...random.index(2) {
                var target = random.index(leaves)
                forged = Self.changed(forged, &target, &random)
            }
            do throws(ForecastError) {
                let model = try Self.sealed(forged).models.first
                guard let model else { continue }
                let result = try model.forecast(steps: 30)
                let isFinite = (result.yhat + result.lower + result.upper).allSatisfy { $0.isFinite }
                #expect(isFinite)
                _ = try model.forecast(steps: 3, interval: .native)
                forecast += 1
                let time = model.step.times(after: model.end, count: 1)[0]
                _ = try model.maximum(from: time, over: 2, quantile: 0.9)
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
        }
        print("forged \(name.rawValue): \(rounds) inputs, \(refused) refused, \(forecast) forecast")
        #expect(refused > 0)
        #expect(forecast > 0)
    }

    @Test func `a Prophet model with fewer coefficients than columns is refused by name`() throws {
        let fitted = try TrainedModel.fit(Sample.hourly(count: 24 * 6), recipe: Recipe(.prophet), horizon: 4)
        var forged = fitted
        var prophet = try #require(fitted.model.algorithm as? ProphetModel)
        prophet.beta.removeLast()
        forged.model = FittedModel(name: .prophet, algorithm: prophet)
        let bytes = try ModelArtifact(models: [forged]).encode()
        let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
        #expect(error?.code == .corruptArtifact)
        #expect(error?.message.contains("Prophet") == true)
    }

    @Test func `a step of no seconds is refused`() throws {
        var forged = try TrainedModel.fit(Sample.hourly(count: 48), recipe: Recipe(.naive), horizon: 4)
        forged.step = .seconds(0)
        let bytes = try ModelArtifact(models: [forged]).encode()
        let error = #expect(throws: ForecastError.self) { try ModelArtifact(decoding: bytes) }
        #expect(error?.code == .corruptArtifact)
    }

    /// The bytes of a tree with their checksum, read.
    private static func sealed(_ tree: BinaryValue) throws(ForecastError) -> ModelArtifact {
        var writer = BinaryWriter()
        writer.write(tree)
        let checksum = ModelArtifact.checksum(writer.bytes[...])
        let bytes =
            ModelArtifact.magic + [1, 0] + writer.bytes
            + (0..<8).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
        return try ModelArtifact(decoding: bytes)
    }

    private static func leaves(_ value: BinaryValue) -> Int {
        switch value {
        case .array(let values): values.reduce(1) { $0 + leaves($1) }
        case .object(let members): members.reduce(0) { $0 + leaves($1.value) }
        default: 1
        }
    }

    /// The tree with its `target`th leaf or array made something else of its kind.
    private static func changed(
        _ value: BinaryValue, _ target: inout Int, _ random: inout RandomGenerator
    ) -> BinaryValue {
        guard target >= 0 else { return value }
        switch value {
        case .object(let members):
            return .object(members.map { ($0.key, changed($0.value, &target, &random)) })
        case .array(let values):
            target -= 1
            if target == -1 { return .array(random.index(2) == 0 ? [] : Array(values.dropLast())) }
            return .array(values.map { changed($0, &target, &random) })
        default:
            target -= 1
            return target == -1 ? other(value, &random) : value
        }
    }

    private static func other(_ value: BinaryValue, _ random: inout RandomGenerator) -> BinaryValue {
        let numbers = [0, -1, 1e-300, 1e300, 1e20, .infinity, .nan, -1e9, 0.5, 3]
        let whole: [Int64] = [0, -1, 1, 2, .max, .min, 1 << 40, 1_000_000, -1_000_000]
        let number = numbers[random.index(numbers.count)]
        switch value {
        case .bool(let flag): return .bool(!flag)
        case .int: return .int(whole[random.index(whole.count)])
        case .unsigned: return .unsigned(random.index(2) == 0 ? .max : 0)
        case .double: return .double(number)
        case .doubles(var all):
            guard !all.isEmpty, random.index(3) > 0 else { return .doubles(Array(all.dropLast())) }
            all[random.index(all.count)] = number
            return .doubles(all)
        case .floats(var all):
            guard !all.isEmpty, random.index(3) > 0 else { return .floats(Array(all.dropLast())) }
            all[random.index(all.count)] = Float(number)
            return .floats(all)
        case .string: return .string(["", "N", "A", "linear", "logistic", "CN"][random.index(6)])
        case .null, .array, .object: return .int(whole[random.index(whole.count)])
        }
    }
}
