import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

extension Trainer {
    /// What is done to every series before it is fitted.
    var preparation: Preparation { run.preparation ?? Preparation() }

    /// Resamples the series and looks for what the fits will find: outliers, and steps to fill.
    ///
    /// Outliers and gaps are only counted here. They are dealt with in each fit, on the rows that it may see.
    /// - Returns: what was done, as a phrase.
    func prepare(_ validated: inout ValidatedHistory, meaning: History.Meaning) async -> String {
        let preparation = self.preparation
        let results = await parallelMap(validated.series, threads: threads) { raw in
            let isMemory = meaning != .panel && raw.id.hasSuffix("/memory")
            let series = preparation.resampled(raw, default: isMemory ? .maximum : .mean)
            var outcome = preparation.prepared(series)
            // Only the counts are wanted: the cleaned rows would be held twice.
            outcome.series = TimeSeries(id: raw.id, times: [], values: [])
            return (series, outcome)
        }
        validated.series = results.map(\.0)
        for (series, outcome) in results {
            if outcome.outliers > 0 {
                let time = outcome.firstOutlier.map { " at " + Self.text($0) } ?? ""
                validated.report.note(.outliers, count: outcome.outliers, example: series.id + time)
            }
            if outcome.filled > 0 { validated.report.note(.filled, count: outcome.filled, example: series.id) }
            if Self.coverage(series) < 0.5 { validated.report.note(.sparse, example: series.id) }
        }
        var parts: [String] = []
        if let step = preparation.resampleSeconds {
            parts.append("resampled to \(HoldoutSplit.duration(step))")
        }
        if let found = validated.report.findings.first(where: { $0.kind == .filled }) {
            parts.append("\(found.count) steps filled (\(preparation.gaps.rawValue))")
        }
        if let found = validated.report.findings.first(where: { $0.kind == .outliers }) {
            let what = [Preparation.Outliers.keep: "kept", .clip: "clipped", .remove: "removed"]
            parts.append(
                "\(found.count) outliers in \(found.series) series \(what[preparation.outliers] ?? ""), e.g. "
                    + found.example)
        }
        return parts.isEmpty ? "times and values as they were observed" : parts.joined(separator: ", ")
    }

    private static func text(_ time: Int) -> String { Date(timeIntervalSince1970: Double(time)).formatted(.iso8601) }

    /// When any series of the source was observed, on the steps that this run works on.
    func observed(_ history: History, _ series: [TimeSeries]) -> ClosedRange<Int>? {
        guard let all = history.observed ?? allObserved else { return HoldoutSplit.observed(series) }
        return preparation.stepStart(of: all.lowerBound)...preparation.stepStart(of: all.upperBound)
    }

    /// The share of the steps between a series' first and last row that were observed.
    private static func coverage(_ series: TimeSeries) -> Double {
        guard series.count > 2, let step = TimeStep.infer(from: series.times) else { return 1 }
        let steps = step.steps(from: series.times[0], to: series.times[series.count - 1]) + 1
        return Double(series.values.count { !$0.isNaN }) / Double(max(1, steps))
    }
}
