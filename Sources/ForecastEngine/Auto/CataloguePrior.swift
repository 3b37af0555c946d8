/// What a combination leans on while there are few held-out horizons to choose it by: the mean of the statistical methods.
///
/// A selection by three overlapping horizons is chance for the most part, and on series of people's business equal weights are
/// hard to beat (Clemen, 1989; Makridakis et al., the M competitions). Usage of machines is another matter: there the same
/// methods are worse than the profiles by far, and so the mean counts for weekly and longer steps only
/// (`docs/benchmarks-auto.md`).
struct CataloguePrior: Sendable {
    /// Which candidates the mean is of.
    private let members: [Bool]
    /// How much the mean counts, 0 to 1.
    private let share: Double

    init(_ candidates: [Candidate], step: TimeStep, plan: OriginPlan) {
        members = candidates.map { $0.member.name != .profile && $0.member.name != .nearestNeighbors }
        let squares = plan.horizons * plan.horizons
        share =
            step.isLong && members.contains(true)
            ? Self.enough * Self.enough / (Self.enough * Self.enough + squares) : 0
    }

    /// With so many horizons what was chosen counts as much as the mean.
    private static let enough = 3.0

    /// The shares of the candidates, summing to 1 as those that were chosen do.
    func blend(_ chosen: [Double]) -> [Double] {
        guard share > 0 else { return chosen }
        let each = share / Double(members.count(where: { $0 }))
        return zip(chosen, members).map { (1 - share) * $0 + ($1 ? each : 0) }
    }
}

extension TimeStep {
    /// Whether a step is at least a week.
    fileprivate var isLong: Bool {
        switch self {
        case .seconds(let seconds): seconds >= 7 * 86_400
        case .months: true
        }
    }
}
