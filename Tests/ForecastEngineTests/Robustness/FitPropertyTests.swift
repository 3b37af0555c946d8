import ForecastEngine
import Foundation
import TestSupport
import Testing

/// Whatever the series and the settings: a typed error, or a forecast that is finite, ordered, the same at every fit and
/// the same from a stored model.
///
/// `PRESAGE_FUZZ_COUNT` is the number of series that a fast algorithm gets (slow ones get their share of it, one at least),
/// `PRESAGE_FUZZ_SEED` the first of their seeds, `PRESAGE_FUZZ_ONLY` an algorithm; a failure names what repeats it alone.
@Suite(.serialized) struct FitPropertyTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seed = environment["PRESAGE_FUZZ_SEED"].flatMap(UInt64.init) ?? 20_261_121

    /// Slow algorithms get fewer series, so that the suite takes seconds.
    private static func rounds(_ name: AlgorithmName) -> Int {
        if let only = environment["PRESAGE_FUZZ_ONLY"], AlgorithmName(parsing: only) != name { return 0 }
        let usual =
            switch name {
            case .naive, .seasonalNaive, .profile, .nearestNeighbors: 400
            case .prophet, .theta, .mstl, .ets: 100
            case .auto, .autoARIMA: 40
            case .lstm: 2
            }
        guard let count = environment["PRESAGE_FUZZ_COUNT"].flatMap(Int.init) else {
            return max(1, usual / Slowness.factor)
        }
        return max(1, usual * count / 400)
    }

    /// The most processor time that one series may take through two fits with their calibrations and forecasts; the
    /// thread's own, so that a loaded machine changes little. Usual are milliseconds; the most are what smoothing takes
    /// on 25,000 steps that a gap has made of few rows.
    private static let mostSeconds = 90.0

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// What is wrong with what became of a series; empty where nothing is.
    private static func flaws(_ name: AlgorithmName, seed: UInt64, _ refusal: inout String?) -> [String] {
        var random = RandomGenerator(seed: seed)
        // The network reads 168 steps before it says anything.
        let counts = name == .lstm ? [1, 30, 170, 200, 260, 400] : NastySeries.usualCounts
        var series = NastySeries.make(&random, counts: counts)
        let settings = NastySettings.make(name, &random)
        NastySettings.addColumns(to: &series, settings, &random)
        let recipe = Recipe(settings: settings)
        var flaws: [String] = []
        do throws(ForecastError) {
            let model = try TrainedModel.fit(series, recipe: recipe)
            let again = try TrainedModel.fit(series, recipe: recipe)
            let bytes = try ModelArtifact(models: [model]).encode()
            if try ModelArtifact(models: [again]).encode() != bytes { flaws.append("a second fit differs") }
            let stored = try ModelArtifact(decoding: bytes)
            if try stored.encode() != bytes { flaws.append("a stored model is written differently") }
            let future = NastySettings.future(of: model, steps: [1, 14, 400][random.index(3)], &random)
            for method in IntervalMethod.allCases {
                let forecast = try model.forecast(future, interval: method)
                let all = forecast.yhat + forecast.lower + forecast.upper
                if !all.allSatisfy(\.isFinite) { flaws.append("\(method): not finite") }
                for row in forecast.yhat.indices
                where !(forecast.lower[row] <= forecast.yhat[row] && forecast.yhat[row] <= forecast.upper[row]) {
                    // Prophet's own interval is of quantiles, which its mean may leave where the trend is skewed.
                    let isProphets = method == .native && (name == .prophet || name == .auto)
                    if isProphets, forecast.lower[row] <= forecast.upper[row] { continue }
                    flaws.append(
                        "\(method) row \(row): \(forecast.lower[row]) \(forecast.yhat[row]) \(forecast.upper[row])")
                    break
                }
                if try stored.models[0].forecast(future, interval: method) != forecast {
                    flaws.append("\(method): a stored model forecasts differently")
                }
            }
            if model.futureColumns.isEmpty {
                let peak = try model.maximum(from: model.end, over: 7, quantile: 0.9)
                if !peak.value.isFinite { flaws.append("the peak is \(peak.value)") }
                if !peak.isCalibrated, peak.reason == nil { flaws.append("a peak that is not calibrated says not why") }
            }
            for curve in try model.componentCurves(history: series, future: future)
            where curve.times.count != curve.values.count || !curve.values.allSatisfy(\.isFinite) {
                flaws.append("component \(curve.name) is not finite")
            }
        } catch {
            if error.message.count < 20 { flaws.append("an error without advice: \(error.message)") }
            // What was fitted can be stored.
            if error.code == .corruptArtifact { flaws.append("\(error.message) \(series) \(settings.prophet)") }
            refusal = error.code.rawValue
        }
        return flaws
    }

    @Test(arguments: AlgorithmName.available)
    func `any series gives a typed error, or a sound forecast that a stored model repeats`(name: AlgorithmName) {
        var refusals: [String: Int] = [:]
        var slowest = (seconds: 0.0, seed: UInt64(0))
        let begin = Self.threadSeconds()
        let rounds = Self.rounds(name)
        for round in 0..<rounds {
            let seed = Self.seed &+ UInt64(round)
            let start = Self.threadSeconds()
            var refusal: String?
            let flaws = Self.flaws(name, seed: seed, &refusal)
            let seconds = Self.threadSeconds() - start
            if let refusal { refusals[refusal, default: 0] += 1 }
            if seconds > slowest.seconds { slowest = (seconds, seed) }
            let repeating = "PRESAGE_FUZZ_ONLY=\(name.rawValue) PRESAGE_FUZZ_COUNT=1 PRESAGE_FUZZ_SEED=\(seed)"
            #expect(flaws.isEmpty, "\(name.rawValue), \(repeating): \(flaws.joined(separator: "; "))")
            #expect(seconds < Self.mostSeconds, "\(name.rawValue), \(repeating): \(seconds) s of processor time")
        }
        let refused = refusals.values.reduce(0, +)
        if rounds > 5 { #expect(refused > 0 && refused < rounds) }
        if Self.environment["PRESAGE_FUZZ_COUNT"] != nil, rounds > 0 {
            let codes = refusals.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            print(
                "\(name.rawValue): \(rounds) series from seed \(Self.seed), \(refused) refused (\(codes)), slowest "
                    + "\((slowest.seconds * 1000).rounded()) ms (seed \(slowest.seed)), all "
                    + "\((Self.threadSeconds() - begin).rounded()) s")
        }
    }

    @Test func `a fleet of any series is the same on every number of threads`() {
        let fleets = max(1, (Self.environment["PRESAGE_FUZZ_COUNT"].flatMap(Int.init) ?? 0) / 100)
        for fleet in 0..<fleets {
            var random = RandomGenerator(seed: Self.seed, stream: 7 + UInt64(fleet))
            var settings = NastySettings.make(.prophet, &random)
            settings.prophet.uncertaintySamples = 50
            let panel = (0..<40).map { index in
                var series = NastySeries.make(&random)
                series.id = "s\(index)"
                NastySettings.addColumns(to: &series, settings, &random)
                return series
            }
            let outcomes = [1, 2, 5].map { threads in
                ProphetFleet(settings: settings.prophet, seed: settings.seed, threads: threads)
                    .backtest(panel, holdout: 3)
                    .map { "\($0.id) \(String(describing: $0.forecast)) \(String(describing: $0.error))" }
            }
            #expect(outcomes[0] == outcomes[1], "fleet \(fleet)")
            #expect(outcomes[0] == outcomes[2], "fleet \(fleet)")
        }
    }
}
