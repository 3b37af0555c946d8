/// The nearest-neighbor forecasts that `Auto` tries; one table serves all of them.
enum NeighborCandidates {
    /// Forecasts of every shape that the history before the first cut allows.
    static func make(_ grid: RegularGrid, season: Int?, plan: OriginPlan) -> [Candidate] {
        guard let first = plan.cuts.first else { return [] }
        let season = season ?? 1
        let reach = NeighborShape.reach(plan.length, season: season)
        let windows = windows(season: season)
        guard reach <= NeighborShape.longestReach, first - reach > windows[0] else { return [] }
        let table = NeighborTable(grid, season: season, windows: windows)
        var result: [Candidate] = []
        for window in windows {
            for keepsPlace in season > 1 ? [false, true] : [false] {
                let moments = plan.cuts.map {
                    table.moments(cut: $0, window: window, keepsPlace: keepsPlace, reach: reach)
                }
                guard moments.allSatisfy({ $0.steps.count >= NeighborTable.leastMoments }) else { continue }
                for percent in [10, 30] {
                    for moves in [false, true] {
                        let shape = NeighborShape(
                            season: season, window: window, percent: percent, moves: moves, keepsPlace: keepsPlace,
                            reach: reach)
                        result.append(candidate(shape, table, moments, plan))
                    }
                }
            }
        }
        return result
    }

    /// Levels of a quarter of an hour, an hour and six hours where the season is a day.
    private static func windows(season: Int) -> [Int] {
        season >= 24
            ? Set([max(1, season / 96), season / 24, season / 4]).sorted()
            : Set([1, 3, season > 1 ? season : 12]).sorted()
    }

    private static func candidate(
        _ shape: NeighborShape, _ table: NeighborTable, _ moments: [NeighborTable.Moments], _ plan: OriginPlan
    ) -> Candidate {
        var forecasts: [Double] = []
        forecasts.reserveCapacity(plan.cuts.count * plan.length)
        for (cut, moments) in zip(plan.cuts, moments) {
            let path = table.path(shape, cut: cut, among: moments)
            for step in 0..<plan.length { forecasts.append(path[step / table.block]) }
        }
        return Candidate(
            member: .init(name: .nearestNeighbors, weight: 0, choices: shape.choices), forecasts: forecasts)
    }
}
