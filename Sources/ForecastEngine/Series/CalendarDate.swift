/// A moment on the proleptic Gregorian calendar in UTC.
///
/// The arithmetic is Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms" (2013): eras of 400 years
/// that begin in March, so that the leap day is the last of its year.
struct CalendarDate: Hashable, Sendable {
    var year: Int
    /// 1 to 12.
    var month: Int
    /// 1 to 31.
    var day: Int
    /// 0 to 86,399.
    var secondOfDay: Int

    init(year: Int, month: Int, day: Int, secondOfDay: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.secondOfDay = secondOfDay
    }

    /// The calendar date of seconds since 1970 UTC.
    init(time: Int) {
        var days = time / 86_400
        secondOfDay = time % 86_400
        if secondOfDay < 0 {
            secondOfDay += 86_400
            days -= 1
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var daysSinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Seconds since 1970 UTC.
    var time: Int { daysSinceEpoch * 86_400 + secondOfDay }

    /// Months since year 0.
    var monthIndex: Int { year * 12 + month - 1 }

    /// 0 is Sunday, 6 Saturday.
    var weekday: Int { ((daysSinceEpoch + 4) % 7 + 7) % 7 }

    /// How many days the month has.
    var daysInMonth: Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Whether the next day is in another month.
    var isLastOfMonth: Bool { day == daysInMonth }

    /// The date some months later: the same day, or the last of the month from the last of a month.
    func adding(months: Int) -> CalendarDate {
        let index = monthIndex + months
        var result = self
        result.year = Int((Double(index) / 12).rounded(.down))
        result.month = index - result.year * 12 + 1
        result.day = isLastOfMonth ? result.daysInMonth : min(day, result.daysInMonth)
        return result
    }
}
