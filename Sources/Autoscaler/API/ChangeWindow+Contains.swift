public import Foundation

extension ChangeWindow {
    /// Whether the window is open at a moment.
    ///
    /// The wall clock of the window's time zone decides, so a window keeps its local hours across daylight saving. A
    /// window that spans midnight belongs to the day it opens on. One that cannot be read is never open.
    public func contains(_ date: Date) -> Bool {
        guard let start = Self.minuteOfDay(start), let end = Self.minuteOfDay(end),
            let zone = TimeZone(identifier: timeZone)
        else { return false }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute else { return false }
        let now = hour * 60 + minute
        let today = Day(weekday: weekday)
        if start < end {
            return days.contains(today) && (start..<end).contains(now)
        }
        return now >= start && days.contains(today) || now < end && days.contains(Day(weekday: (weekday + 5) % 7 + 1))
    }

    /// When the window opens next; nil where it cannot be read.
    public func nextOpening(after date: Date) -> Date? {
        guard let start = Self.minuteOfDay(start) else { return nil }
        let days = days.map(\.rawValue).joined(separator: ",")
        let opening = try? CronSchedule("\(start % 60) \(start / 60) * * \(days)", timeZone: timeZone)
        return opening?.next(after: date)
    }

    /// Minutes since midnight of an `HH:MM`; nil where it is none.
    static func minuteOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}

extension ChangeWindow.Day {
    /// The day of Foundation's weekday number, 1 being Sunday.
    fileprivate init(weekday: Int) {
        self = Self.allCases[(weekday + 5) % 7]
    }
}
