import Autoscaler
import ForecastEngine
import Foundation
import ModelRegistry

/// Where a model's forecast goes out from, and how far it is to be trusted.
struct Outlook: Sendable {
    /// The present, as the forecast sees it: the end of a recording, or now.
    private(set) var origin: Date
    private let horizon: Horizon
    let history: HistoryState
    /// Why the model should only recommend; nil where it may act.
    let lowConfidence: String?
    /// Whether the version in production has a score on the newest holdout.
    let isScored: Bool
    let confidenceMessage: String
    let historyMessage: String

    init(model: ForecastModel, production: Versions.Entry, now: Date) {
        let manifest = production.manifest
        let isRecorded = model.spec.source.isRecorded
        horizon = model.spec.horizon
        origin = isRecorded ? manifest.historyEnd : now
        history = HistoryState(
            end: manifest.historyEnd, now: now, horizon: model.spec.horizon, isRecorded: isRecorded,
            missingPart: manifest.missingPart)
        let end = manifest.historyEnd.formatted(.iso8601)
        historyMessage = isRecorded ? "a recording that ends at \(end)" : "the history ends at \(end)"

        let score = manifest.winner == .champion ? manifest.scores.champion : manifest.scores.challenger
        lowConfidence = Promotion.lowConfidence(
            smape: score, baseline: manifest.scores.baseline, policy: model.spec.promotion)
        isScored = score?.isFinite ?? false
        confidenceMessage =
            model.spec.promotion.baseline == .none || manifest.scores.baseline == nil
            ? "not compared with seasonal naive" : "no worse than seasonal naive on the holdout"
    }

    /// Goes out from where the last forecast did, until a later one says something new.
    ///
    /// Were every look at a live history a new forecast, the status that it writes would wake the next look, for ever.
    mutating func keep(_ last: Date, step: TimeStep?) {
        guard last <= origin else { return }
        var older = self
        older.origin = last
        if origin < older.nextOrigin(step: step) { self = older }
    }

    /// When a forecast from a later origin says something new: when a 48th of the horizon is another, which of a day is half an
    /// hour, but not before a step is over, and after an hour at the latest.
    ///
    /// Each costs an artifact that is read and a status that is written: ten thousand models that did it every five minutes
    /// would need more requests than the operator may make by default.
    func nextOrigin(step: TimeStep?) -> Date {
        let horizonPart = Double(horizon.span.seconds) / 48
        var seconds = 3600.0
        if case .seconds(let step) = step { seconds = min(3600, max(horizonPart, Double(step))) }
        return origin.addingTimeInterval(seconds)
    }
}
