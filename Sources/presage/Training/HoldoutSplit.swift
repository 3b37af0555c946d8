import ForecastEngine

/// Where the history is cut: fits that are scored see rows up to `cut`, scores look at the rows after it.
struct HoldoutSplit: Sendable, Hashable {
    /// T, the time of the last observation of all series, seconds since 1970 UTC.
    var end: Int
    /// c = T − holdout.
    var cut: Int
    /// The first time of all series.
    var start: Int

    /// Without a holdout in the run it is one horizon, but at most a third of the history: fitting needs the most of it.
    init(_ series: [TimeSeries], run horizonSeconds: Int, holdoutSeconds: Int?) throws(TrainingFailure) {
        let observed = series.flatMap { one in
            [
                zip(one.times, one.values).first { !$0.1.isNaN }?.0,
                zip(one.times, one.values).reversed().first { !$0.1.isNaN }?.0,
            ].compactMap(\.self)
        }
        guard let start = observed.min(), let end = observed.max() else {
            throw TrainingFailure("NoObservations", "no series has an observed value", stage: .prepared)
        }
        let span = end - start
        let holdout = holdoutSeconds ?? min(horizonSeconds, span / 3)
        guard holdout > 0, holdout < span else {
            throw TrainingFailure(
                "TooShort",
                "the history spans \(Self.duration(span)), which leaves nothing to fit on before a holdout of "
                    + "\(Self.duration(holdout)); give more history or a shorter spec.training.holdout",
                stage: .prepared
            )
        }
        self.start = start
        self.end = end
        cut = end - holdout
    }

    /// Seconds in words that fit: `3d4h`, `2h5m`, `40s`.
    static func duration(_ seconds: Int) -> String {
        let units = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0s" }
        let whole = "\(seconds / units[first].1)\(units[first].0)"
        guard first + 1 < units.count, case let rest = seconds % units[first].1 / units[first + 1].1, rest > 0 else {
            return whole
        }
        return whole + "\(rest)\(units[first + 1].0)"
    }
}
