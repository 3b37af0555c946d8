/// How many series of a fleet may fail before the training does.
public struct FailureTolerance: Sendable, Hashable {
    /// The percentage that may fail; nil tolerates all but a total failure.
    public var percent: Int?

    /// Makes a tolerance.
    public init(percent: Int?) { self.percent = percent }

    /// How many of `series` may fail: the percentage rounded up, so that with any but 0 one may.
    public func allowed(of series: Int) -> Int {
        guard let percent else { return series }
        return (series * min(100, max(0, percent)) + 99) / 100
    }

    /// Why the training fails, naming series; nil where the failures are tolerated.
    public func refusal(
        failed: Int, of series: Int, examples: some Collection<VersionManifest.FailedSeries>
    ) -> String? {
        guard let percent, failed > allowed(of: series) else { return nil }
        let named = examples.prefix(3).map { "\($0.id): \($0.reason)" }.joined(separator: "; ")
        return "\(failed) of \(series) series failed, and \(allowed(of: series)) may "
            + "(toleratedFailures is \(percent)%): \(named)\(failed > 3 ? "; and others" : ""). Correct or remove these series, or tolerate more"
    }
}
