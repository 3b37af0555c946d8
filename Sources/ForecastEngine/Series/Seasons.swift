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

    /// The candidates, of which the grid holds at least two whole seasons.
    static func detect(_ grid: RegularGrid) -> [Int] {
        candidates(grid.step).filter { 2 * $0 <= grid.count }
    }
}
