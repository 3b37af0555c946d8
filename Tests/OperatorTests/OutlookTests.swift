import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

struct OutlookTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func outlook(
        _ scores: VersionManifest.Scores, winner: VersionManifest.Winner = .challenger,
        baseline: PromotionSpec.Baseline = .seasonalNaive, horizon: Horizon = .day
    ) throws -> Outlook {
        let reference = TrainingRun.Reference(namespace: "demo", name: "web", uid: "m")
        let manifest = VersionManifest(
            model: reference, trainingJob: reference, algorithm: "ETS", challengerAlgorithm: "ETS", engineVersion: "0",
            trainedAt: now, historyStart: now, historyEnd: now, cut: now, historyDigest: "", series: 1,
            failedSeries: [], scores: scores, championVersion: nil, winner: winner, reason: "", stages: [], chunks: [],
            artifactDigest: "")
        let text = try JSONValue(encoding: manifest).jsonString()
        let entry = try Versions.Entry(
            configMap: ConfigMap(
                metadata: ObjectMeta(name: "a"), content: ["data": ["manifest.json": .string(text)]]))
        var model = ForecastModel(metadata: ObjectMeta(name: "web"), spec: ForecastModelSpec(source: SourceSpec()))
        model.spec.promotion.baseline = baseline
        model.spec.horizon = horizon
        return Outlook(model: model, production: entry, now: now)
    }

    @Test func `a version that is no worse than seasonal naive may act, a worse one only recommends`() throws {
        let equal = VersionManifest.Scores(challenger: 10, baseline: 10)
        #expect(try outlook(equal).lowConfidence == nil)
        #expect(try outlook(equal).confidenceMessage == "no worse than seasonal naive on the holdout")
        #expect(try outlook(equal, baseline: .none).confidenceMessage == "not compared with seasonal naive")
        #expect(try outlook(.init(challenger: 10)).confidenceMessage == "not compared with seasonal naive")
        #expect(try outlook(.init(challenger: 10, baseline: 9)).lowConfidence?.contains("worse than the 9.00%") == true)
        // What serves is what counts.
        let champion = VersionManifest.Scores(challenger: 30, champion: 8, baseline: 9)
        #expect(try outlook(champion, winner: .champion).lowConfidence == nil)
    }

    @Test func `a champion that could not be scored any more only recommends`() throws {
        let unscored = try outlook(.init(), winner: .champion)
        #expect(unscored.lowConfidence?.contains("could not be scored") == true && !unscored.isScored)
        #expect(try outlook(.init(baseline: 9), winner: .champion).lowConfidence != nil)
        #expect(try outlook(.init(), winner: .champion, baseline: .none).lowConfidence == nil)
    }

    @Test(
        arguments: [
            (Horizon.day, 60, 1800), (.day, 300, 1800), (.day, 2700, 2700), (.day, 86_400, 3600), (.week, 300, 3600),
            (.month, 300, 3600),
        ])
    func `a forecast is made anew when it says something new, and not at every step of thousands of histories`(
        horizon: Horizon, step: Int, seconds: Int
    ) throws {
        let outlook = try outlook(.init(challenger: 10, baseline: 10), horizon: horizon)
        #expect(outlook.nextOrigin(step: .seconds(step)) == now.addingTimeInterval(Double(seconds)))
        var later = outlook
        later.keep(now.addingTimeInterval(-Double(seconds) + 1), step: .seconds(step))
        #expect(later.origin == now.addingTimeInterval(-Double(seconds) + 1), "until then it goes out from the last")
        later = outlook
        later.keep(now.addingTimeInterval(-Double(seconds)), step: .seconds(step))
        #expect(later.origin == now)
    }
}
