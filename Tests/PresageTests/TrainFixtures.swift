import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

@testable import presage

/// Histories and runs that the tests of the trainer share.
enum TrainFixtures {
    /// 2026-01-05, a Monday.
    static let start = 1_767_571_200

    /// Hourly series with a daily rhythm and seeded noise.
    static func series(
        _ id: String, days: Int = 21, level: Double = 10, noise: Double = 0.3, seed: UInt64 = 7
    ) -> TimeSeries {
        var random = SeededGenerator(seed)
        let hours = days * 24
        return TimeSeries(
            id: id,
            times: (0..<hours).map { start + $0 * 3600 },
            values: (0..<hours).map {
                level + 3 * sin(2 * .pi * Double($0 % 24) / 24) + noise * Double.random(in: -1...1, using: &random)
            }
        )
    }

    static func history(_ series: [TimeSeries]) -> History {
        History(series: series, meaning: .panel, report: DataReport(rows: series.reduce(0) { $0 + $1.count }))
    }

    static func run(
        _ algorithm: AlgorithmName = .seasonalNaive, recorded: Bool = true, holdoutSeconds: Int? = nil
    ) -> TrainingRun {
        TrainingRun(
            model: .init(namespace: "shop", name: "web", uid: "model-uid"),
            trainingJob: .init(namespace: "shop", name: "web-1", uid: "job-uid"),
            asOf: Date(timeIntervalSince1970: Double(start + 21 * 86_400)),
            source: .init(path: "history.csv", recorded: recorded), algorithm: AlgorithmSettings(name: algorithm),
            horizonSeconds: 86_400, holdoutSeconds: holdoutSeconds, minimumImprovement: 0, scoresBaseline: true,
            champion: nil, artifact: TrainingRun.Artifact(name: "web-1-artifact")
        )
    }

    static func trainer(_ run: TrainingRun, champion: ChampionRecipes? = nil, threads: Int = 2) -> Trainer {
        Trainer(
            run: run, champion: champion, threads: threads, now: { Date(timeIntervalSince1970: 1_800_000_000) },
            progress: { _ in }
        )
    }

    static func champion(_ models: [TrainedModel], version: Int = 1) -> ChampionRecipes {
        ChampionRecipes(version: version, algorithm: "champion", models: models)
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
