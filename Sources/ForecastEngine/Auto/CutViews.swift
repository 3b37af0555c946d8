import Foundation

/// How much each held-out cut counts when a combination is chosen, seen in several ways.
///
/// How fast the past stops to matter differs from series to series, and no series is long enough to tell: combinations
/// chosen with several memories are averaged. That is as good on average as any one of them and seldom far worse than the
/// best (`docs/benchmarks-auto.md`).
enum CutViews {
    /// After how many cuts a cut counts half, one view each.
    static let halfLives = [3.0, 10, 20]

    /// One weight a cut in each view: recent cuts count more, and so do those at whole weeks from the end.
    static func weights(_ grid: RegularGrid, plan: OriginPlan) -> [[Double]] {
        let week = weeks(grid, plan: plan)
        return halfLives.map { halfLife in
            plan.cuts.indices.map { pow(0.5, Double(plan.cuts.count - 1 - $0) / halfLife) * week[$0] }
        }
    }

    /// More for cuts whole weeks before the end: what follows them begins on the same day of the week.
    private static func weeks(_ grid: RegularGrid, plan: OriginPlan) -> [Double] {
        let week = 7 * 86_400
        guard case .seconds(let seconds) = grid.step, seconds < week, week % seconds == 0 else {
            return plan.cuts.map { _ in 1 }
        }
        return plan.cuts.map { (grid.count - $0) % (week / seconds) == 0 ? sameDay : 1 }
    }

    /// How many times as much a cut on the same day of the week counts.
    private static let sameDay = 3.0
}
