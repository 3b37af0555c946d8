public import Foundation

extension CronSchedule {
    /// The first time after `date` that the schedule names, or nil where it names none within five years
    /// (`0 0 30 2 *` never runs).
    public func next(after date: Date) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        guard var day = calendar.dateInterval(of: .day, for: date)?.start,
            let last = calendar.date(byAdding: .year, value: 5, to: date)
        else { return nil }

        while day <= last {
            let fields = calendar.dateComponents([.year, .month, .day, .weekday], from: day)
            if matchesDay(fields) {
                for hour in 0...23 where hours.contains(hour) {
                    for minute in 0...59 where minutes.contains(minute) {
                        if let time = instant(hour: hour, minute: minute, on: fields, calendar: calendar), time > date {
                            return time
                        }
                    }
                }
            }
            // From noon to noon: midnight does not exist on every day in every time zone.
            guard let tomorrow = calendar.date(byAdding: .hour, value: 36, to: day),
                let start = calendar.dateInterval(of: .day, for: tomorrow)?.start, start > day
            else { return nil }
            day = start
        }
        return nil
    }

    private func matchesDay(_ fields: DateComponents) -> Bool {
        guard let month = fields.month, let day = fields.day, let weekday = fields.weekday, months.contains(month)
        else { return false }
        let dayOfMonth = daysOfMonth.contains(day)
        let dayOfWeek = daysOfWeek.contains(weekday - 1)
        return daysOfMonth.isStar || daysOfWeek.isStar ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek
    }

    /// The instant of a local time, nil where daylight saving skips it.
    private func instant(hour: Int, minute: Int, on day: DateComponents, calendar: Calendar) -> Date? {
        var fields = DateComponents(year: day.year, month: day.month, day: day.day, hour: hour, minute: minute)
        fields.timeZone = timeZone
        guard let time = calendar.date(from: fields) else { return nil }
        let read = calendar.dateComponents([.hour, .minute], from: time)
        return read.hour == hour && read.minute == minute ? time : nil
    }
}
