import DataSources
import ForecastEngine

/// Where the history is cut: fits that are scored see rows up to a cut, scores look at the rows after it.
struct HoldoutSplit: Sendable, Hashable {
    /// T, the time of the last observation of all series, seconds since 1970 UTC.
    var end: Int
    /// c = T − holdout.
    var cut: Int
    /// The first time of all series.
    var start: Int
    /// T − j · holdout for j = 1, 2, …, the newest first: where each of the scored holdouts begins.
    var cuts: [Int]

    /// How long each holdout is, in seconds.
    var holdout: Int { end - cut }

    /// When any of the series was observed; nil where none was.
    static func observed(_ series: [TimeSeries]) -> ClosedRange<Int>? {
        let times = series.flatMap { one in
            [
                zip(one.times, one.values).first { !$0.1.isNaN }?.0,
                zip(one.times, one.values).reversed().first { !$0.1.isNaN }?.0,
            ].compactMap(\.self)
        }
        guard let start = times.min(), let end = times.max() else { return nil }
        return start...end
    }

    /// Without a holdout in the run it is one horizon, but at most a third of the history: fitting needs the most of it.
    ///
    /// - Parameters:
    ///   - observed: when any series of the source was observed, those that other pods train among them: all pods cut at
    ///     the same place.
    ///   - origins: how many holdouts are scored, as far as half of the history is left before them.
    ///   - recipeCut: where the champion's choices were made. A holdout that begins before it is not scored: the
    ///     champion's recipe has seen it.
    init(
        _ observed: ClosedRange<Int>?, run horizonSeconds: Int, holdoutSeconds: Int?, origins: Int = 1,
        recipeCut: Int? = nil
    ) throws(TrainingFailure) {
        guard let observed else {
            throw TrainingFailure("NoObservations", "no series has an observed value", stage: .prepared)
        }
        let (start, end) = (observed.lowerBound, observed.upperBound)
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
        cuts = [cut]
        for origin in 2..<max(3, origins + 1) where origin <= origins {
            let earlier = end - origin * holdout
            guard earlier - start >= span / 2, recipeCut.map({ earlier >= $0 }) ?? true else { break }
            cuts.append(earlier)
        }
    }

    /// What is fitted on and what is scored, in words.
    func message(origins: Int) -> String {
        let fits = "fits see \(Self.duration(cut - start)) of history, "
        guard origins > 1 else { return fits + "scores the \(Self.duration(holdout)) after it" }
        return fits + "scores \(cuts.count) holdouts of \(Self.duration(holdout)), one before the other"
            + (cuts.count < origins
                ? " (\(origins) were asked for; before them the history is too short, or was seen by the champion)"
                : "")
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
