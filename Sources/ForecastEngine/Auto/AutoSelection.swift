import Foundation

/// Tries the catalogue on held-out parts of a history and combines what did best.
struct AutoSelection: Sendable {
    /// The parts of the combination, by descending weight.
    var members: [Choices.Member]
    /// What the combination missed on the held-out parts.
    var calibration: Calibration?

    static let mostOrigins = 20

    /// What every candidate forecast on the held-out parts.
    static func candidates(
        _ input: TrainingInput
    ) -> (candidates: [Candidate], plan: OriginPlan, actual: [Double]) {
        let grid = input.grid
        let seasons = Self.seasons(input)
        let plan = OriginPlan(
            count: grid.count, horizon: input.horizon, season: seasons.first ?? 1, most: Self.mostOrigins
        )
        let actual = plan.cuts.flatMap { cut in
            (cut..<(cut + plan.length)).map { grid.observed[$0] ? grid.values[$0] : .nan }
        }
        let candidates =
            ProfileCandidates.make(grid, seasons: seasons, plan: plan) + CatalogueCandidates.make(input, plan: plan)
        return (candidates, plan, actual)
    }

    init(_ input: TrainingInput) {
        let (candidates, plan, actual) = Self.candidates(input)
        guard !candidates.isEmpty else {
            members = [Choices.Member(name: Self.seasons(input).isEmpty ? .naive : .seasonalNaive, weight: 1)]
            return
        }
        let weights = plan.cuts.indices.flatMap { cut in
            repeatElement(
                pow(0.5, Double(plan.cuts.count - 1 - cut) / Calibration.halfLife), count: plan.length
            )
        }
        let shares = EnsembleSelection.shares(
            candidates.map(\.forecasts), actual: actual, weights: weights)
        members = zip(candidates, shares).filter { $1 > 0 }.sorted { $0.1 > $1.1 }.map {
            candidate, share in
            var member = candidate.member
            member.weight = share
            return member
        }
        calibration = Calibration(
            plan: plan, forecasts: Self.crossFitted(candidates, plan: plan, actual: actual, weights: weights),
            actual: actual
        )
    }

    /// What a combination forecasts after each cut that was chosen without the cuts of its fold.
    ///
    /// Errors of a combination on the very cuts that it was chosen on are too small; intervals from them too narrow.
    private static func crossFitted(_ candidates: [Candidate], plan: OriginPlan, actual: [Double], weights: [Double])
        -> [Double]
    {
        let folds = min(4, plan.cuts.count)
        let rows = candidates.map(\.forecasts)
        var result = [Double](repeating: 0, count: actual.count)
        for fold in 0..<folds {
            let cuts = (fold * plan.cuts.count / folds)..<((fold + 1) * plan.cuts.count / folds)
            let held = (cuts.lowerBound * plan.length)..<(cuts.upperBound * plan.length)
            let others = actual.indices.map { folds > 1 && held.contains($0) ? 0 : weights[$0] }
            let shares = EnsembleSelection.shares(rows, actual: actual, weights: others)
            for (row, share) in zip(rows, shares) where share > 0 {
                for i in held { result[i] += share * row[i] }
            }
        }
        return result
    }

    /// The given seasons, or the natural ones, and for profiles some that the natural ones are part of.
    private static func seasons(_ input: TrainingInput) -> [Int] {
        guard input.settings.seasonLengths == nil else { return input.seasonLengths }
        return Seasons.wide(input.grid.step).filter { 2 * $0 <= input.grid.count }
    }
}
