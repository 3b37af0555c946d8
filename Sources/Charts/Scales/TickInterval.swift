/// A distance between two ticks of a time axis.
enum TickInterval: Hashable {
    case seconds(Int)
    case days(Int)
    case months(Int)
    case years(Int)

    /// The intervals tried in turn, from fine to coarse.
    static let choices: [TickInterval] =
        [1, 2, 5, 10, 15, 30].map { .seconds($0) }
        + [1, 2, 5, 10, 15, 30].map { .seconds($0 * 60) }
        + [1, 2, 3, 6, 12].map { .seconds($0 * 3600) }
        + [1, 2, 7, 14].map { .days($0) }
        + [1, 2, 3, 6].map { .months($0) }
        + [1, 2, 5, 10, 20, 50].map { .years($0) }

    /// About how long the interval is.
    var seconds: Double {
        switch self {
        case .seconds(let n): Double(n)
        case .days(let n): Double(n) * 86_400
        case .months(let n): Double(n) * 30.4 * 86_400
        case .years(let n): Double(n) * 365.25 * 86_400
        }
    }

    /// The moments between two others, both included, that the interval falls on: weeks on Mondays, months on the first.
    func moments(from lower: Int, through upper: Int) -> [Int] {
        switch self {
        case .seconds(let n): return Self.multiples(of: n, shift: 0, from: lower, through: upper)
        case .days(let n):
            // 5 January 1970 was a Monday.
            let shift = n % 7 == 0 ? 4 * 86_400 : 0
            return Self.multiples(of: n * 86_400, shift: shift, from: lower, through: upper)
        case .months(let n):
            return Self.firstsOfMonths(every: n, from: lower, through: upper)
        case .years(let n):
            return Self.firstsOfMonths(every: 12 * n, from: lower, through: upper)
        }
    }

    /// A moment's label, and the context that it holds in.
    func label(_ moment: Int) -> (label: String, context: String?) {
        let date = CivilDate(seconds: moment)
        let second = moment - date.daysSince1970 * 86_400
        let clock = Self.two(second / 3600) + ":" + Self.two(second / 60 % 60)
        switch self {
        case .seconds(let n):
            let day = "\(date.weekday) \(date.day) \(date.monthName) \(date.year)"
            return (n < 60 ? clock + ":" + Self.two(second % 60) : clock, day)
        case .days(let n) where n < 7: return ("\(date.weekday) \(date.day)", "\(date.monthName) \(date.year)")
        case .days: return ("\(date.day) \(date.monthName)", String(date.year))
        case .months: return (date.monthName, String(date.year))
        case .years: return (String(date.year), nil)
        }
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

    private static func multiples(of step: Int, shift: Int, from lower: Int, through upper: Int) -> [Int] {
        let first = -CivilDate.floorDivide(-(lower - shift), step) * step + shift
        return first > upper ? [] : Array(stride(from: first, through: upper, by: step).prefix(100))
    }

    private static func firstsOfMonths(every n: Int, from lower: Int, through upper: Int) -> [Int] {
        let start = CivilDate(seconds: lower)
        var month = CivilDate.floorDivide(start.year * 12 + start.month - 1, n) * n
        var result: [Int] = []
        while result.count < 100 {
            let year = CivilDate.floorDivide(month, 12)
            let moment = CivilDate(year: year, month: month - year * 12 + 1, day: 1).daysSince1970 * 86_400
            if moment > upper { break }
            if moment >= lower { result.append(moment) }
            month += n
        }
        return result
    }
}
