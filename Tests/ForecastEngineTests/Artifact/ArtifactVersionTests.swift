import Foundation
import Testing

@testable import ForecastEngine

@Suite struct ArtifactVersionTests {
    /// An artifact as format 1 was first written, and the forecasts of its models.
    struct Kept: Codable {
        var artifact: Data
        var forecasts: [Forecast]
    }

    private func keep(_ version: Int) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Resources/Artifacts/version\(version).json").standardized
    }

    private func models() throws -> [TrainedModel] {
        let series = Sample.hourly(count: 24 * 6)
        return try [AlgorithmName.auto, .prophet, .seasonalNaive, .naive, .profile].map {
            try TrainedModel.fit(series, recipe: Recipe($0), horizon: 4)
        }
    }

    /// `PRESAGE_KEEP_ARTIFACT=1` writes the file of a version that has none yet; a kept file is never written again.
    @Test func `version 1 is read for ever`() throws {
        let url = keep(1)
        if ProcessInfo.processInfo.environment["PRESAGE_KEEP_ARTIFACT"] != nil,
            !FileManager.default.fileExists(atPath: url.path)
        {
            let models = try models()
            let kept = Kept(
                artifact: Data(try ModelArtifact(models: models, metadata: ["version": "1"]).encode()),
                forecasts: try models.map { try $0.forecast(steps: 6) }
            )
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            try JSONEncoder().encode(kept).write(to: url)
        }
        let kept = try JSONDecoder().decode(Kept.self, from: Data(contentsOf: url))
        let artifact = try ModelArtifact(decoding: Array(kept.artifact))
        #expect(artifact.metadata == ["version": "1"])
        #expect(artifact.models.count == kept.forecasts.count)
        for (model, forecast) in zip(artifact.models, kept.forecasts) {
            #expect(try model.forecast(steps: 6) == forecast, "\(model.recipe.settings.name)")
        }
    }

    @Test func `a thousand models write their field names once`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 6), recipe: Recipe(.seasonalNaive), horizon: 4)
        let one = try ModelArtifact(models: [model]).encode().count
        let many = try ModelArtifact(models: .init(repeating: model, count: 1_000)).encode().count
        #expect(Double(many) < 1_000 * 0.7 * Double(one))
    }
}
