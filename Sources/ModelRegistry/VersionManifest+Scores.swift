extension VersionManifest.Scores {
    /// The means of sums.
    public init(_ tally: VersionManifest.Tally) {
        self.init(
            challenger: tally.challenger?.mean, champion: tally.champion?.mean, baseline: tally.baseline?.mean)
    }
}
