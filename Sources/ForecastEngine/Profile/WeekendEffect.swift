/// Whether weekends differ from working days.
enum WeekendEffect {
    /// Above this, days are told apart. Without it weekends of machines and of the weather were chosen by chance.
    static let leastStatistic = 2.0

    /// Welch's t for the difference between weekends and working days: the median of each day of UTC over the median of the
    /// seven days around it; 0 where there are too few of either.
    static func statistic(_ grid: RegularGrid) -> Double {
        guard case .seconds(let step) = grid.step, step < 86_400, grid.count > 0 else { return 0 }
        let first = (grid.start - (grid.start % 86_400 + 86_400) % 86_400) / 86_400
        var days: [[Double]] = []
        for t in 0..<grid.count where grid.observed[t] {
            let day = (grid.time(of: t) - first * 86_400) / 86_400
            while days.count <= day { days.append([]) }
            days[day].append(grid.values[t])
        }
        let medians = days.map { day in
            var day = day
            // A day that was not half observed says nothing.
            return 2 * day.count >= 86_400 / step ? ProfileTable.median(&day) : .nan
        }
        var working: [Double] = []
        var weekend: [Double] = []
        for day in medians.indices.dropFirst(3).dropLast(3) where !medians[day].isNaN {
            var around = medians[(day - 3)...(day + 3)].filter { !$0.isNaN }
            let difference = medians[day] - ProfileTable.median(&around)
            if DayKinds.weekend.kind((first + day) * 86_400) == 0 {
                working.append(difference)
            } else {
                weekend.append(difference)
            }
        }
        guard weekend.count >= 2, working.count >= 4 else { return 0 }
        let error = (squaredError(weekend) + squaredError(working)).squareRoot()
        let difference = abs(Statistics.mean(weekend) - Statistics.mean(working))
        return difference == 0 ? 0 : difference / max(error, .leastNormalMagnitude)
    }

    /// The square of the standard error of the mean.
    private static func squaredError(_ x: [Double]) -> Double {
        let mean = Statistics.mean(x)
        return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double((x.count - 1) * x.count)
    }
}
