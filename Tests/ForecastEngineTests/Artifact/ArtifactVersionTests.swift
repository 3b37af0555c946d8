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

    /// The algorithms that the first file has not, and Prophet with everything that its model can hold.
    private func others() throws -> [TrainedModel] {
        var prophet = AlgorithmSettings(name: .prophet)
        prophet.prophet.growth = .logistic
        prophet.prophet.seasonalities = [
            .init(name: "shift", period: 0.5, fourierOrder: 2, mode: .multiplicative, conditionName: "open")
        ]
        prophet.prophet.holidays = [.init(name: "sale", time: 1_700_006_400, lowerWindow: -1, upperWindow: 1)]
        prophet.prophet.countryHolidays = "US"
        prophet.prophet.extraRegressors = [.init(name: "load")]
        var series = Sample.hourly(count: 24 * 12)
        series.columns = [
            "cap": series.times.map { _ in 9 }, "floor": series.times.map { _ in -2 },
            "open": series.times.map { Double($0 / 3_600 % 2) }, "load": series.times.map { Double($0 / 3_600 % 5) },
        ]
        let plain = try [AlgorithmName.ets, .theta, .autoARIMA, .mstl, .lstm].map {
            try TrainedModel.fit(Sample.hourly(count: 24 * 12), recipe: Recipe($0), horizon: 4)
        }
        return try plain + [TrainedModel.fit(series, recipe: Recipe(settings: prophet), horizon: 4)]
    }

    private func days() throws -> [TrainedModel] {
        var recipe = Recipe(.profile)
        recipe.choices = ProfileShape(season: 24, cycles: 2, window: 24, days: .saturdayAndSunday).choices
        return try [recipe, Recipe(.auto)].map {
            try TrainedModel.fit(Sample.hourly(count: 24 * 12), recipe: $0, horizon: 4)
        }
    }

    private func quarters() throws -> [TrainedModel] {
        let times = (0..<40).map { CalendarDate(time: 0).adding(months: 3 * $0).time }
        let values = times.indices.map { Double(10 + $0) * (1 + 0.1 * Double($0 * $0 % 7)) }
        let series = TimeSeries(id: "sales", times: times, values: values)
        return try [AlgorithmName.seasonalNaive, .auto].map {
            try TrainedModel.fit(series, recipe: Recipe($0), horizon: 4)
        }
    }

    private func future(of model: TrainedModel) -> FutureFrame {
        let times = model.step.times(after: model.end, count: 6)
        let all = [
            "cap": times.map { _ in 9.0 }, "floor": times.map { _ in -2 }, "open": [1, 0, 1, 0, 1, 0],
            "load": [0, 1, 2, 3, 4, 0],
        ]
        let needed = Set(model.futureColumns.map(\.name))
        return FutureFrame(times: times, columns: all.filter { needed.contains($0.key) })
    }

    /// An algorithm that is added later gets a file of its own.
    private static let files: [String: [AlgorithmName]] = [
        "version1-algorithms": [.ets, .theta, .autoARIMA, .mstl, .lstm, .prophet],
        "version1-neighbors": [.nearestNeighbors],
        // With days told apart and with cuts compared by their level.
        "version1-days": [.profile, .auto],
        // With errors brought to the present level, and few of them.
        "version1-sizes": [.seasonalNaive, .auto],
    ]

    @Test(arguments: files.keys.sorted()) func `every algorithm's model of version 1 is read for ever`(
        file: String
    ) throws {
        let url = keep(1).deletingLastPathComponent().appendingPathComponent("\(file).json")
        if ProcessInfo.processInfo.environment["PRESAGE_KEEP_ARTIFACT"] != nil,
            !FileManager.default.fileExists(atPath: url.path)
        {
            let models =
                switch file {
                case "version1-neighbors":
                    [try TrainedModel.fit(Sample.hourly(count: 24 * 12), recipe: Recipe(.nearestNeighbors), horizon: 4)]
                case "version1-days": try days()
                case "version1-sizes": try quarters()
                default: try others()
                }
            let kept = Kept(
                artifact: Data(try ModelArtifact(models: models, metadata: [:]).encode()),
                forecasts: try models.flatMap { model in
                    try IntervalMethod.allCases.map { try model.forecast(future(of: model), interval: $0) }
                })
            try JSONEncoder().encode(kept).write(to: url)
        }
        let kept = try JSONDecoder().decode(Kept.self, from: Data(contentsOf: url))
        let models = try ModelArtifact(decoding: Array(kept.artifact)).models
        #expect(models.map(\.recipe.settings.name) == Self.files[file])
        #expect(kept.forecasts.count == models.count * IntervalMethod.allCases.count)
        var forecasts = kept.forecasts.makeIterator()
        for model in models {
            for method in IntervalMethod.allCases {
                guard let was = forecasts.next() else { return }
                let now = try model.forecast(future(of: model), interval: method)
                #expect(now.times == was.times)
                // Other machines may round the last digit of a sine or an exponential otherwise.
                for (a, b) in zip(now.yhat + now.lower + now.upper, was.yhat + was.lower + was.upper) {
                    #expect(abs(a - b) <= 1e-9 * max(1, abs(b)), "\(model.recipe.settings.name) \(method)")
                }
            }
        }
    }

    @Test func `a thousand models write their field names once`() throws {
        let model = try TrainedModel.fit(Sample.hourly(count: 24 * 6), recipe: Recipe(.seasonalNaive), horizon: 4)
        let one = try ModelArtifact(models: [model]).encode().count
        let many = try ModelArtifact(models: .init(repeating: model, count: 1_000)).encode().count
        #expect(Double(many) < 1_000 * 0.7 * Double(one))
    }
}
