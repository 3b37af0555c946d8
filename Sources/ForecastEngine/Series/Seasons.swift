/// Which seasons a series of a step can have, and which the data show.
enum Seasons {
    /// Season lengths in whole steps that are natural for a step: the day and week below a day, the week for days,
    /// the year for weeks, months and quarters.
    static func candidates(_ step: TimeStep) -> [Int] {
        switch step {
        case .seconds(let seconds):
            let day = 86_400
            let lengths: [Int]
            if seconds < day {
                lengths = [day, 7 * day]
            } else if seconds < 7 * day {
                lengths = [7 * day]
            } else {
                lengths = [364 * day]
            }
            return lengths.filter { $0 % seconds == 0 }.map { $0 / seconds }.filter { $0 > 1 }
        case .months(let months):
            return 12 % months == 0 && months < 12 ? [12 / months] : []
        }
    }

    /// The candidates and what may lie within or beyond them: the hour below a day, two and four weeks, and the year.
    static func wide(_ step: TimeStep) -> [Int] {
        guard case .seconds(let seconds) = step, seconds < 7 * 86_400 else { return candidates(step) }
        let day = 86_400
        let lengths = seconds < day ? [3_600, day, 7 * day] : [7 * day, 14 * day, 28 * day, 364 * day]
        return lengths.filter { $0 % seconds == 0 }.map { $0 / seconds }.filter { $0 > 1 }
    }

    /// The candidates, of which the grid holds at least two whole seasons.
    static func detect(_ grid: RegularGrid) -> [Int] {
        candidates(grid.step).filter { 2 * $0 <= grid.count }
    }
}
