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
        var candidates =
            ProfileCandidates.make(grid, seasons: seasons, plan: plan)
            + NeighborCandidates.make(grid, season: input.seasonLengths.first, plan: plan)
            + CatalogueCandidates.make(input, plan: plan)
        for (row, cut) in plan.cuts.enumerated() {
            guard let effect = MonthEffect(grid, until: cut) else { continue }
            for lead in 0..<plan.length {
                let time = grid.time(of: cut + lead)
                for candidate in candidates.indices {
                    let yhat = candidates[candidate].forecasts[row * plan.length + lead]
                    candidates[candidate].forecasts[row * plan.length + lead] = effect(yhat, at: time)
                }
            }
        }
        return (candidates, plan, actual)
    }

    init(_ input: TrainingInput) {
        let (candidates, plan, actual) = Self.candidates(input)
        guard !candidates.isEmpty else {
            members = [Choices.Member(name: Self.seasons(input).isEmpty ? .naive : .seasonalNaive, weight: 1)]
            return
        }
        let selection = EnsembleSelection(candidates.map(\.forecasts), actual: actual, length: plan.length)
        let views = CutViews.weights(input.grid, plan: plan)
        let prior = CataloguePrior(candidates, step: input.grid.step, plan: plan)
        members = zip(candidates, prior.blend(Self.shares(selection, views))).filter { $1 > 0 }.sorted { $0.1 > $1.1 }
            .map {
                candidate, share in
                var member = candidate.member
                member.weight = share
                return member
            }
        calibration = Calibration(
            plan: plan, forecasts: Self.crossFitted(candidates, selection, views, prior, plan: plan),
            actual: actual, season: input.seasonLengths.first
        )
    }

    /// The mean of what each view chooses.
    private static func shares(_ selection: EnsembleSelection, _ views: [[Double]]) -> [Double] {
        var mean = selection.shares(views[0])
        for view in views.dropFirst() { mean = zip(mean, selection.shares(view)).map { $0 + $1 } }
        return mean.map { $0 / Double(views.count) }
    }

    /// What a combination forecasts after each cut that was chosen without the cuts of its fold.
    ///
    /// Errors of a combination on the very cuts that it was chosen on are too small; intervals from them too narrow.
    private static func crossFitted(
        _ candidates: [Candidate], _ selection: EnsembleSelection, _ views: [[Double]], _ prior: CataloguePrior,
        plan: OriginPlan
    ) -> [Double] {
        let folds = min(4, plan.cuts.count)
        var result = [Double](repeating: 0, count: plan.cuts.count * plan.length)
        for fold in 0..<folds {
            let cuts = (fold * plan.cuts.count / folds)..<((fold + 1) * plan.cuts.count / folds)
            let held = (cuts.lowerBound * plan.length)..<(cuts.upperBound * plan.length)
            let others = views.map { view in
                view.indices.map { folds > 1 && cuts.contains($0) ? 0 : view[$0] }
            }
            for (candidate, share) in zip(candidates, prior.blend(shares(selection, others))) where share > 0 {
                for i in held { result[i] += share * candidate.forecasts[i] }
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
