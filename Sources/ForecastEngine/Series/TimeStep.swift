/// The distance between two neighbouring observations of a regular series.
///
/// Months are calendar months, so that a monthly series stays on the first (or the last) of the month;
/// a quarter is three of them and a year twelve.
public enum TimeStep: Hashable, Sendable, Codable {
    case seconds(Int)
    case months(Int)

    /// The step that most neighbouring observations keep, or nil when fewer than two times differ.
    ///
    /// Where none is kept, as of events or of a clock that jitters, it is the median distance, or the usual step (a minute,
    /// an hour, a day…) that this is nearly.
    ///
    /// - Parameter times: seconds since 1970 UTC in any order, duplicates ignored.
    public static func infer(from times: [Int]) -> TimeStep? {
        let sorted = Self.distinct(times)
        guard sorted.count > 1 else { return nil }
        let gaps = zip(sorted.dropFirst(), sorted).map { $0 &- $1 }
        let seconds = commonest(gaps)
        guard seconds > 0 else { return nil }
        if let months = monthsStep(sorted, seconds: seconds) { return months }
        return .seconds(isKept(seconds, gaps) ? seconds : usual(median: gaps.sorted()[gaps.count / 2]))
    }

    /// Whether a distance is a step and no coincidence: one in ten keeps it, or the others are multiples of it.
    private static func isKept(_ seconds: Int, _ gaps: [Int]) -> Bool {
        // Of a few distances nothing can be said.
        if gaps.count < 10 || 10 * gaps.count(where: { $0 == seconds }) >= gaps.count { return true }
        let multiples = gaps.count { $0 % seconds == 0 }
        return 10 * multiples >= 9 * gaps.count && gaps.sorted()[gaps.count / 2] <= 10 * seconds
    }

    private static func usual(median: Int) -> Int {
        let usual = [
            1, 5, 10, 15, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200, 86_400, 604_800,
        ]
        return usual.first { abs(Double(median) / Double($0) - 1) < 0.05 } ?? max(1, median)
    }

    /// The step in words for an error, `3600 s` or `1 month`.
    var text: String {
        switch self {
        case .seconds(let seconds): "\(seconds) s"
        case .months(1): "1 month"
        case .months(let months): "\(months) months"
        }
    }

    /// The commonest number, the smallest of several; one pass where more than half are equal (Boyer & Moore).
    private static func commonest(_ numbers: [Int]) -> Int {
        var candidate = numbers[0]
        var votes = 0
        for number in numbers {
            if votes == 0 { candidate = number }
            votes += number == candidate ? 1 : -1
        }
        if 2 * numbers.count(where: { $0 == candidate }) > numbers.count { return candidate }
        var counts: [Int: Int] = [:]
        for number in numbers { counts[number, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? candidate
    }

    /// The `count` times that follow `time` on this step.
    ///
    /// From the last day of a month, months lead to the last days of months.
    public func times(after time: Int, count: Int) -> [Int] {
        count > 0 ? (1...count).map { self.time($0, after: time) } : []
    }

    /// The time some steps after `time`.
    func time(_ steps: Int, after time: Int) -> Int {
        switch self {
        case .seconds(let seconds): time &+ steps &* seconds
        case .months(let months): CalendarDate(time: time).adding(months: steps &* months).time
        }
    }

    /// How many steps lie between two times, rounded to the nearest.
    public func steps(from start: Int, to end: Int) -> Int {
        switch self {
        case .seconds(let seconds):
            let (distance, overflow) = end.subtractingReportingOverflow(start)
            guard !overflow else { return end > start ? .max : .min }
            return Int((Double(distance) / Double(max(1, seconds))).rounded())
        case .months(let months):
            let a = CalendarDate(time: start)
            let b = CalendarDate(time: end)
            // Thirty days a month is near enough to tell which month is nearest.
            let days = Double(b.day - a.day) + Double(b.secondOfDay - a.secondOfDay) / 86_400
            let distance =
                Double(b.monthIndex - a.monthIndex) + (a.isLastOfMonth && b.isLastOfMonth ? 0 : days / 30.4)
            return Int((distance / Double(max(1, months))).rounded())
        }
    }

    /// The step's length in seconds; a month counts as a twelfth of 365.25 days.
    public var approximateSeconds: Double {
        switch self {
        case .seconds(let seconds): Double(seconds)
        case .months(let months): Double(months) * 365.25 * 86_400 / 12
        }
    }

    private static func distinct(_ times: [Int]) -> [Int] {
        let sorted = zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } ? times : times.sorted()
        var result: [Int] = []
        result.reserveCapacity(sorted.count)
        for time in sorted where result.last != time { result.append(time) }
        return result
    }

    /// Months, when the commonest gap is about a month or more and all observations keep their place in the month.
    private static func monthsStep(_ sorted: [Int], seconds: Int) -> TimeStep? {
        guard seconds >= 28 * 86_400 else { return nil }
        let dates = sorted.map(CalendarDate.init(time:))
        let sameDay = dates.allSatisfy {
            $0.day == dates[0].day && $0.secondOfDay == dates[0].secondOfDay
        }
        let lastDay = dates.allSatisfy { $0.isLastOfMonth && $0.secondOfDay == dates[0].secondOfDay }
        guard sameDay || lastDay else { return nil }
        return .months(commonest(zip(dates.dropFirst(), dates).map { $0.monthIndex - $1.monthIndex }))
    }
}
