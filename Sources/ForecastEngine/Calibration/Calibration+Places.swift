extension Calibration {
    /// How large errors are at each place in the season, from the first step after the training data on, 1 being usual; empty
    /// where there are no places.
    ///
    /// Some days of the week are harder to forecast than others. Dividing by their size makes the errors of a window
    /// exchangeable (Lei et al., 2018, 5.2, "locally weighted"), so that days lend each other their quantiles.
    ///
    /// - Parameter errors: in the shape of the held-out ones.
    func placeScales(_ errors: [[Double]]) -> [Double] {
        guard let season, season > 1, season < length else { return [] }
        var sums = [Double](repeating: 0, count: season)
        var weights = sums
        for (row, path) in errors.enumerated() {
            let weight = weight(row: row)
            for (lead, error) in path.enumerated() where !error.isNaN {
                let place = place(row: row, lead: lead, season: season)
                sums[place] += weight * abs(error)
                weights[place] += weight
            }
        }
        let mean = sums.reduce(0, +) / max(weights.reduce(0, +), .leastNormalMagnitude)
        guard mean > 0 else { return [] }
        return zip(sums, weights).map { ($0 / mean + Self.usual) / ($1 + Self.usual) }
    }

    /// How many steps into a season, counted from the first step after the training data, a lead (the first being 0) of a
    /// past window lies.
    func place(row: Int, lead: Int, season: Int) -> Int {
        let stepsToEnd = length + (errors.count - 1 - row) * stride
        let place = (lead - stepsToEnd) % season
        return place < 0 ? place + season : place
    }

    /// No longer season has its places told apart: each of the 288 of a day of five minutes has too few errors of its own. Days of
    /// the week and hours of the day made bounds better on training parts, five minutes of the day worse.
    static let mostPlaces = 48

    /// As many errors of the usual size are counted at each place, so that few of its own do not say much.
    private static let usual = 10.0
}
