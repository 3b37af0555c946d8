/// A day or a time in UTC as manifests write it: `2026-12-24` or `2026-12-24T18:00:00Z`.
public struct PointInTime: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z; a day is its midnight.
    public let secondsSince1970: Int

    /// Makes a time.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// What the CRD schema accepts: the days that each month has, the 29th of February in leap years.
    public static let pattern =
        "^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
        + "02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
        + "(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$"

    /// Reads a day, or a time in UTC.
    ///
    /// - Throws: ``SpecError`` with code `invalidValue`.
    public init(_ text: String) throws(SpecError) {
        guard let seconds = Self.parse(text) else {
            throw SpecError(
                .invalidValue,
                "“\(text)” is no day or time that there is: write a day as 2026-12-24 or a time in UTC as 2026-12-24T18:00:00Z"
            )
        }
        secondsSince1970 = seconds
    }

    private static func parse(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        func has(_ character: Character, at index: Int) -> Bool { bytes[index] == character.asciiValue }

        guard has("-", at: 4), has("-", at: 7), let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year: year)
        else { return nil }
        let midnight = daysSince1970(year: year, month: month, day: day) * 86_400
        if bytes.count == 10 { return midnight }
        guard has("T", at: 10), has(":", at: 13), has(":", at: 16), has("Z", at: 19), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), hour < 24, minute < 60, second < 60
        else { return nil }
        return midnight + hour * 3600 + minute * 60 + second
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, with years counted from March so that the leap day
    /// comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let shiftedMonth = (month + 9) % 12
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        return 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear - 719_468
    }
}

extension PointInTime: Codable, CustomStringConvertible {
    /// The day where it is midnight, else the time.
    public var description: String {
        let (day, second) = (floorDivide(secondsSince1970, 86_400), floorRemainder(secondsSince1970, 86_400))
        let (year, month, dayOfMonth) = Self.date(daysSince1970: day)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        if second == 0 { return date }
        return "\(date)T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    /// Reads the spelled form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as SpecError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Writes the spelled form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The date so many days after 1970-01-01: 146,097 days make 400 years.
    private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = floorRemainder(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

private func floorDivide(_ value: Int, _ divisor: Int) -> Int {
    value >= 0 ? value / divisor : (value - divisor + 1) / divisor
}

private func floorRemainder(_ value: Int, _ divisor: Int) -> Int {
    value - floorDivide(value, divisor) * divisor
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
