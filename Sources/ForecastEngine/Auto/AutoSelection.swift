/// Tries the catalogue on held-out parts of a history and combines what did best.
struct AutoSelection: Sendable {
    /// The parts of the combination, by descending weight.
    var members: [Choices.Member]
    /// What the combination missed on the held-out parts.
    var calibration: Calibration?

    static let mostOrigins = 20

    init(_ input: TrainingInput) {
        let grid = input.grid
        let seasons = Self.seasons(input)
        let plan = OriginPlan(
            count: grid.count, horizon: input.horizon, season: seasons.first ?? 1, most: Self.mostOrigins
        )
        let fallback = Choices.Member(name: seasons.isEmpty ? .naive : .seasonalNaive, weight: 1)
        var candidates = ProfileCandidates.make(grid, seasons: seasons, plan: plan)
        candidates += CatalogueCandidates.make(input, plan: plan)
        guard !candidates.isEmpty else {
            members = [fallback]
            return
        }
        let actual = plan.cuts.flatMap { cut in
            (cut..<(cut + plan.length)).map { grid.observed[$0] ? grid.values[$0] : .nan }
        }
        let weights = plan.cuts.indices.flatMap { _ in repeatElement(1.0, count: plan.length) }
        let shares = EnsembleSelection.shares(
            candidates.map(\.forecasts), actual: actual, weights: weights)
        members = zip(candidates, shares).filter { $1 > 0 }.sorted { $0.1 > $1.1 }.map {
            candidate, share in
            var member = candidate.member
            member.weight = share
            return member
        }
        let combined = actual.indices.map { i in
            zip(candidates, shares).reduce(0) { $1.1 > 0 ? $0 + $1.1 * $1.0.forecasts[i] : $0 }
        }
        calibration = Calibration(plan: plan, forecasts: combined, actual: actual)
    }

    /// The given seasons, or the natural ones, and for profiles some that the natural ones are part of.
    private static func seasons(_ input: TrainingInput) -> [Int] {
        guard input.settings.seasonLengths == nil else { return input.seasonLengths }
        return Seasons.wide(input.grid.step).filter { 2 * $0 <= input.grid.count }
    }
}
