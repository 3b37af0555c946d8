import ForecastEngine
import Foundation
import ModelRegistry

/// How what the champion forecast compares with what then happened.
///
/// Nothing here saw what it is scored on: the champion's artifact was fitted through the end T′ of an earlier history, and
/// is compared over the rows after T′ alone. The version before it is fitted again on rows up to that same T′, with what
/// it once chose: its own artifact is older, and would lose by its age.
enum LiveComparison {
    /// One series' errors.
    struct Series: Sendable {
        var smape: Double
        var previous: Double?
        var from: Int
        var through: Int
        var points: Int
    }

    /// Compares one series; nil where nothing has happened since the champion was fitted.
    ///
    /// - Parameters:
    ///   - horizonSeconds: how far a forecast is meant to look; rows beyond are not held against it.
    ///   - preparation: what is done to the rows that the version before is fitted on.
    static func compare(
        _ series: TimeSeries, champion: TrainedModel, previous: Recipe?, horizonSeconds: Int,
        preparation: Preparation = Preparation()
    ) -> Series? {
        let end = champion.end
        let after = series.after(end).upTo(end + horizonSeconds)
        let points = after.values.count { !$0.isNaN }
        guard points > 0, let through = after.times.last else { return nil }
        func smape(_ model: TrainedModel) -> Double? {
            guard let forecast = try? model.forecast(FutureFrame(times: after.times, columns: after.columns)) else {
                return nil
            }
            return Metrics.smape(actual: after.values, forecast: forecast.yhat)
        }
        guard let served = smape(champion) else { return nil }
        let other = previous.flatMap {
            try? TrainedModel.fit(preparation.prepared(series.upTo(end)).series, recipe: $0, calibrate: false)
        }
        return Series(smape: served, previous: other.flatMap(smape), from: end, through: through, points: points)
    }

    /// The sums over some series, from which ``VersionManifest/LiveTally/mean(previousVersion:)`` makes the comparison.
    static func tally(_ all: [Series]) -> VersionManifest.LiveTally {
        VersionManifest.LiveTally(
            smape: ScoreSum(all.map(\.smape)), previous: ScoreSum(all.compactMap(\.previous)),
            from: all.map(\.from).min().map { Date(timeIntervalSince1970: Double($0)) },
            through: all.map(\.through).max().map { Date(timeIntervalSince1970: Double($0)) },
            points: all.reduce(0) { $0 + $1.points })
    }

    /// The mean over the series.
    static func summary(_ all: [Series], previousVersion: Int?) -> VersionManifest.Live? {
        tally(all).mean(previousVersion: previousVersion)
    }
}

extension Trainer {
    /// Compares the champion's forecasts, series by series, with the rows that came after its history.
    func live(_ series: [TimeSeries]) async -> VersionManifest.LiveTally {
        guard let champion else { return VersionManifest.LiveTally() }
        let (previous, horizon, preparation) = (self.previous, run.horizonSeconds, preparation)
        let compared = await parallelMap(series, threads: threads) { series -> LiveComparison.Series? in
            guard let model = champion.model(for: series.id) else { return nil }
            return LiveComparison.compare(
                series, champion: model, previous: previous?.recipe(for: series.id), horizonSeconds: horizon,
                preparation: preparation)
        }
        return LiveComparison.tally(compared.compactMap(\.self))
    }
}
