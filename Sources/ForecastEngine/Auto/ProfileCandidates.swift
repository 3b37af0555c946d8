/// The profiles that `Auto` tries; one table for each season and number of cycles serves all of them.
enum ProfileCandidates {
    /// Forecasts of every profile that the history before the first cut allows.
    static func make(_ grid: RegularGrid, seasons: [Int], plan: OriginPlan) -> [Candidate] {
        guard let first = plan.cuts.first else { return [] }
        var result = windows(grid, seasons: seasons, plan: plan)
        let positive = grid.values.allSatisfy { $0 >= 0 }
        for season in seasons where season > 1 {
            for cycles in [1, 2, 4, 8] where cycles == 1 || (cycles + 1) * season <= first {
                let windows = levelWindows(season: season)
                let start = max(0, first - (windows.max() ?? 0))
                let table = ProfileTable(
                    grid, season: season, cycles: cycles, range: start..<(grid.count + season)
                )
                for blur in blurs(season: season) {
                    for var shape in shapes(season: season, cycles: cycles, positive: positive) {
                        shape.blur = blur
                        result.append(candidate(shape, table, grid, plan))
                    }
                }
            }
        }
        return result + days(grid, seasons: seasons, plan: plan)
    }

    /// Profiles that tell the days of the week apart, where weekends differ and a whole day of every kind lies before the first
    /// cut.
    private static func days(_ grid: RegularGrid, seasons: [Int], plan: OriginPlan) -> [Candidate] {
        guard let first = plan.cuts.first,
            let day = seasons.first(where: { DayKinds.tell(season: $0, step: grid.step) }),
            WeekendEffect.statistic(grid) > WeekendEffect.leastStatistic
        else { return [] }
        var result: [Candidate] = []
        for days in [DayKinds.weekend, .saturdayAndSunday] {
            var steps = [Int](repeating: 0, count: days.count)
            for step in 0..<first { steps[days.kind(grid.time(of: step))] += 1 }
            guard steps.allSatisfy({ $0 >= day }) else { continue }
            for cycles in [2, 8] {
                let table = ProfileTable(
                    grid, season: day, cycles: cycles, days: days, range: max(0, first - day)..<(grid.count + day)
                )
                var shape = ProfileShape(season: day, cycles: cycles, days: days)
                shape.blur = day >= 24 ? max(1, day / 48) : 0
                result.append(candidate(shape, table, grid, plan))
                for window in levelWindows(season: day) {
                    for fade in [0, max(1, day / 4)] {
                        shape.window = window
                        shape.fade = fade
                        result.append(candidate(shape, table, grid, plan))
                    }
                }
            }
        }
        return result
    }

    /// Over how many last steps the level is taken: a whole season and a twenty-fourth of it.
    private static func levelWindows(season: Int) -> [Int] { [season, max(1, season / 24)] }

    /// Over how many places a profile is averaged: none, and where a season has that many a 48th and a 12th of it.
    ///
    /// A median of four cycles at each of 288 places is noise for a good part; neighbouring places share their level.
    private static func blurs(season: Int) -> [Int] {
        season >= 48 ? Set([0, max(1, season / 96), season / 24]).sorted() : season >= 24 ? [0, 1] : [0]
    }

    private static func shapes(season: Int, cycles: Int, positive: Bool) -> [ProfileShape] {
        var result = [ProfileShape(season: season, cycles: cycles)]
        let fades = Set([0, max(1, season / 24), max(1, season / 4), season]).sorted()
        for window in levelWindows(season: season) {
            for fade in fades {
                result.append(ProfileShape(season: season, cycles: cycles, window: window, fade: fade))
            }
        }
        if positive {
            result.append(ProfileShape(season: season, cycles: cycles, window: season, scales: true))
        }
        return result
    }

    private static func candidate(
        _ shape: ProfileShape, _ table: ProfileTable, _ grid: RegularGrid, _ plan: OriginPlan
    ) -> Candidate {
        var forecasts: [Double] = []
        forecasts.reserveCapacity(plan.cuts.count * plan.length)
        let left = (1...plan.length).map { shape.remaining(lead: $0) }
        for cut in plan.cuts {
            let level =
                shape.window == 0
                ? (shape.scales ? 1 : 0)
                : table.level(grid, cut: cut, window: shape.window, scales: shape.scales)
            let profiles = (0..<shape.days.count).map {
                table.season(from: cut, count: plan.length, blur: shape.blur, kind: $0)
            }
            for h in 0..<plan.length {
                let profile = profiles[shape.days == .none ? 0 : shape.days.kind(grid.time(of: cut + h))]
                let base = profile[h % profile.count]
                forecasts.append(shape.scales ? base * (1 + (level - 1) * left[h]) : base + level * left[h])
            }
        }
        return Candidate(
            member: .init(name: .profile, weight: 0, choices: shape.choices), forecasts: forecasts)
    }

    /// Medians of the last values, from the naive forecast to the longest window that fits.
    private static func windows(_ grid: RegularGrid, seasons: [Int], plan: OriginPlan) -> [Candidate] {
        let longest = seasons.first.map { [$0, 2 * $0, 7 * $0] } ?? [plan.length, 4 * plan.length]
        let lengths = Set([1, 3, 12] + longest).filter { $0 <= (plan.cuts.first ?? 0) }.sorted()
        return lengths.map { length in
            var forecasts: [Double] = []
            for cut in plan.cuts {
                var window = (max(0, cut - length)..<cut).filter { grid.observed[$0] }.map {
                    grid.values[$0]
                }
                let value = window.isEmpty ? grid.values[cut - 1] : ProfileTable.median(&window)
                forecasts.append(contentsOf: repeatElement(value, count: plan.length))
            }
            let shape = ProfileShape(season: 1, cycles: length)
            return Candidate(
                member: .init(name: .profile, weight: 0, choices: shape.choices), forecasts: forecasts)
        }
    }
}
