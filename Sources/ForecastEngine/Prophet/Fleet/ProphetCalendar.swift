import Foundation

/// A regular grid of times that the series of a panel lie on, and X on it for each plan that some series needs.
///
/// Only what depends on time alone is kept here. The tables are made once and then only read.
final class ProphetCalendar: @unchecked Sendable {
    /// X on the whole calendar and XᵀX over all of it.
    struct Columns: Sendable {
        let table: FeatureTable
        let gram: [Double]
    }

    let start: Int
    let step: Int
    let count: Int
    private let lock = NSLock()
    private var columns: [[ProphetPlan.Component]: Columns] = [:]

    /// A calendar longer than this many rows of the longest series is not worth its rows.
    private static let mostSparse = 3

    /// Nil-like (`count` 0) where the panel has no common step or would leave most of the calendar empty.
    init(_ panel: [TimeSeries]) {
        var first = Int.max
        var last = Int.min
        var step = 0
        var longest = 0
        for series in panel {
            longest = max(longest, series.times.count)
            var previous = series.times.first ?? 0
            for time in series.times {
                if time < first { first = time }
                if time > last { last = time }
                let gap = Int((time &- previous).magnitude & UInt(Int.max))
                if gap != 0, gap != step { step = Self.divisor(gap, step) }
                previous = time
            }
        }
        // The series' starts have to be on one grid too.
        for series in panel {
            step = Self.divisor(Int(((series.times.first ?? first) &- first).magnitude & UInt(Int.max)), step)
        }
        let usable = step > 0 && last > first && first.magnitude < 1 << 50 && last.magnitude < 1 << 50
        let rows = usable ? (last - first) / step + 1 : 0
        start = first
        self.step = max(1, step)
        count = rows <= Self.mostSparse * longest && rows < 1 << 22 ? rows : 0
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// The calendar's rows of ascending times; nil where one is not on the calendar.
    func rows(of times: [Int]) -> [Int32]? {
        guard count > 0 else { return nil }
        var rows: [Int32] = []
        rows.reserveCapacity(times.count)
        for time in times {
            let offset = time &- start
            guard offset >= 0, offset % step == 0, offset / step < count else { return nil }
            rows.append(Int32(offset / step))
        }
        return rows
    }

    /// X on the calendar for a plan that depends on time alone.
    func columns(_ plan: ProphetPlan) throws(ForecastError) -> Columns {
        lock.lock()
        let known = columns[plan.components]
        lock.unlock()
        if let known { return known }
        let table = try plan.table(times: (0..<count).map { start + $0 * step }, columns: [:])
        let design = ProphetDesign(
            t: [Double](repeating: 0, count: count), rows: (0..<count).map(Int32.init), table: table, changepoints: [],
            hasSlope: false
        )
        let made = Columns(table: table, gram: design.featureGram())
        lock.lock()
        columns[plan.components] = made
        lock.unlock()
        return made
    }
}
