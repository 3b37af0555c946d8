import DataSources
import ForecastEngine
import Foundation
import ModelRegistry

/// What validation leaves of a history.
struct ValidatedHistory: Sendable {
    /// Series with at least one observation, in order of time, nothing from the future.
    var series: [TimeSeries]
    /// Series that were left out, and why.
    var rejected: [VersionManifest.FailedSeries]
    /// What was found and repaired.
    var report: DataReport
    /// The same as a sentence.
    var message: String
}

extension Trainer {
    /// Checks settings and data, leaves out what cannot be used and says so.
    mutating func validate(_ history: History) throws(TrainingFailure) -> ValidatedHistory {
        do {
            try run.algorithm.validate()
        } catch {
            throw TrainingFailure("InvalidSetting", error.message, stage: .validated, exitStatus: .usage)
        }
        var report = history.report
        var kept: [TimeSeries] = []
        var rejected: [VersionManifest.FailedSeries] = []
        let all = forecast(history).map { atMostNow($0, &report) }
        // A source that cannot be read in slices was read whole: all of it says where the cut is.
        if run.isShard, history.observed == nil { allObserved = HoldoutSplit.observed(all) }
        for raw in run.slice.select(all) {
            let series: TimeSeries
            do throws(ForecastError) {
                series = try raw.validated()
            } catch {
                rejected.append(VersionManifest.FailedSeries(id: raw.id, reason: error.message))
                continue
            }
            let observed = series.values.filter { !$0.isNaN }
            if let first = observed.first, observed.count > 1, observed.allSatisfy({ $0 == first }) {
                report.note(.constant, example: series.id)
            }
            kept.append(series)
        }
        // A slice of a fleet may be empty, a fleet may not.
        guard !kept.isEmpty || (run.isShard && (history.observed ?? allObserved) != nil) else {
            throw TrainingFailure(
                "NoData", rejected.first?.reason ?? "the source has no series for this pod", stage: .validated
            )
        }
        try check(rejected, of: kept.count + rejected.count, stage: .validated)
        var message = "\(kept.count) series, \(history.report.rows) rows"
        if !rejected.isEmpty, let first = rejected.first {
            message += "; \(rejected.count) left out, e.g. \(first.id): \(first.reason)"
        }
        let findings = report.findings.map(\.description).joined(separator: "; ")
        if !findings.isEmpty { message += "; found \(findings)" }
        return ValidatedHistory(series: kept, rejected: rejected, report: report, message: message)
    }

    /// The series to forecast: of all pods, CPU is the total and one pod's part is settled when somebody asks.
    private func forecast(_ history: History) -> [TimeSeries] {
        guard history.meaning == .allPods else { return history.perPod }
        return history.series.map { one in
            var plain = one
            plain.columns = [:]
            return plain
        }
    }

    /// The rows up to the moment of the run, unless the history is a recording.
    private func atMostNow(_ series: TimeSeries, _ report: inout DataReport) -> TimeSeries {
        let asOf = Int(run.asOf.timeIntervalSince1970.rounded(.down))
        guard !run.source.recorded, series.times.contains(where: { $0 > asOf }) else { return series }
        let past = series.upTo(asOf)
        report.note(.future, count: series.count - past.count, example: series.id)
        return past
    }

    /// Throws where more series failed than the run tolerates. A shard leaves that to whoever sees all of them.
    private func check(
        _ failed: [VersionManifest.FailedSeries], of count: Int, stage: TrainingStage
    ) throws(TrainingFailure) {
        let tolerance = FailureTolerance(percent: run.toleratedFailuresPercent)
        guard !run.isShard, let message = tolerance.refusal(failed: failed.count, of: count, examples: failed) else {
            return
        }
        throw TrainingFailure("TooManySeriesFailed", message, stage: stage)
    }

    /// What the fits came to; throws where not a single one succeeded, or more failed than are tolerated.
    func fitted(
        _ outcomes: [SeriesOutcome], rejected: [VersionManifest.FailedSeries]
    ) throws(TrainingFailure) -> String {
        let scored = outcomes.filter { $0.challenger != nil }
        let fits = outcomes.filter { $0.challengerRecipe != nil }
        let firstFailure = outcomes.first { $0.failure != nil }.map { "\($0.id): \($0.failure ?? "")" }
        guard !fits.isEmpty || run.isShard else {
            throw TrainingFailure(
                scored.isEmpty ? "NothingScored" : "AllSeriesFailed",
                "\(run.algorithm.name.rawValue) could not be fitted to any of \(outcomes.count) series; "
                    + (firstFailure ?? "give more history"),
                stage: .trained
            )
        }
        let failed = rejected + outcomes.filter(\.hasFailed).map { .init(id: $0.id, reason: $0.failure ?? "") }
        try check(failed, of: outcomes.count + rejected.count, stage: .trained)
        guard fits.count < outcomes.count, let firstFailure else { return "\(fits.count) series fitted up to the cut" }
        return "\(fits.count) of \(outcomes.count) series fitted up to the cut; the others score as seasonal naive, or "
            + "not at all, e.g. \(firstFailure)"
    }
}
