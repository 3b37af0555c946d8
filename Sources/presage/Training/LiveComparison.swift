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
    /// - Parameter horizonSeconds: how far a forecast is meant to look; rows beyond are not held against it.
    static func compare(
        _ series: TimeSeries, champion: TrainedModel, previous: Recipe?, horizonSeconds: Int
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
        let other = previous.flatMap { try? TrainedModel.fit(series.upTo(end), recipe: $0, calibrate: false) }
        return Series(smape: served, previous: other.flatMap(smape), from: end, through: through, points: points)
    }

    /// The mean over the series. The version before counts only where it could be compared on every one of them: else the
    /// two means would be over different series.
    static func summary(_ all: [Series], previousVersion: Int?) -> VersionManifest.Live? {
        guard let from = all.map(\.from).min(), let through = all.map(\.through).max() else { return nil }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let previous = all.compactMap(\.previous)
        let smape = mean(all.map(\.smape))
        guard smape.isFinite else { return nil }
        let isComplete = previous.count == all.count && mean(previous).isFinite
        return VersionManifest.Live(
            smape: smape, previousSmape: isComplete ? mean(previous) : nil,
            previousVersion: isComplete ? previousVersion : nil, from: Date(timeIntervalSince1970: Double(from)),
            through: Date(timeIntervalSince1970: Double(through)), series: all.count,
            points: all.reduce(0) { $0 + $1.points })
    }
}

extension Trainer {
    /// Compares the champion's forecasts, series by series, with the rows that came after its history.
    func live(_ series: [TimeSeries]) async -> VersionManifest.Live? {
        guard let champion else { return nil }
        let (previous, horizon) = (self.previous, run.horizonSeconds)
        let compared = await parallelMap(series, threads: threads) { series -> LiveComparison.Series? in
            guard let model = champion.model(for: series.id) else { return nil }
            return LiveComparison.compare(
                series, champion: model, previous: previous?.recipe(for: series.id), horizonSeconds: horizon)
        }
        return LiveComparison.summary(compared.compactMap(\.self), previousVersion: previous?.version)
    }
}
