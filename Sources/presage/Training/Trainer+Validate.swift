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
    /// What was found and repaired, as a sentence.
    var message: String
}

extension Trainer {
    /// Checks settings and data, leaves out what cannot be used and says so.
    func validate(_ history: History) throws(TrainingFailure) -> ValidatedHistory {
        do {
            try run.algorithm.validate()
        } catch {
            throw TrainingFailure("InvalidSetting", error.message, stage: .validated, exitStatus: .usage)
        }
        var report = history.report
        var kept: [TimeSeries] = []
        var rejected: [VersionManifest.FailedSeries] = []
        let asOf = Int(run.asOf.timeIntervalSince1970.rounded(.down))
        for raw in SeriesShard.slice(history.perPod, index: run.shardIndex, count: run.shardCount) {
            var series = raw
            if !run.source.recorded, let last = raw.times.last, last > asOf {
                series = raw.upTo(asOf)
                report.note(.future, count: raw.count - series.count, example: raw.id)
            }
            do throws(ForecastError) {
                series = try series.validated()
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
        guard !kept.isEmpty else {
            throw TrainingFailure(
                "NoData", rejected.first?.reason ?? "the source has no series for this pod", stage: .validated
            )
        }
        var message = "\(kept.count) series, \(history.report.rows) rows"
        if !rejected.isEmpty, let first = rejected.first {
            message += "; \(rejected.count) left out, e.g. \(first.id): \(first.reason)"
        }
        let findings = report.findings.map(\.description).joined(separator: "; ")
        if !findings.isEmpty { message += "; found \(findings)" }
        return ValidatedHistory(series: kept, rejected: rejected, message: message)
    }

    /// What the fits came to; throws where not a single one succeeded.
    func fitted(_ outcomes: [SeriesOutcome]) throws(TrainingFailure) -> String {
        let scored = outcomes.filter { $0.challenger != nil }
        let fits = outcomes.filter { $0.challengerRecipe != nil }
        let firstFailure = outcomes.first { $0.failure != nil }.map { "\($0.id): \($0.failure ?? "")" }
        guard !fits.isEmpty else {
            throw TrainingFailure(
                scored.isEmpty ? "NothingScored" : "AllSeriesFailed",
                "\(run.algorithm.name.rawValue) could not be fitted to any of \(outcomes.count) series; "
                    + (firstFailure ?? "give more history"),
                stage: .trained
            )
        }
        guard fits.count < outcomes.count, let firstFailure else { return "\(fits.count) series fitted up to the cut" }
        return "\(fits.count) of \(outcomes.count) series fitted up to the cut; the others score as seasonal naive, or "
            + "not at all, e.g. \(firstFailure)"
    }
}
