/// Reads timestamps from bytes into seconds since 1970 UTC, without calendars or allocation.
///
/// Read are `YYYY-MM-DD`, `YYYY-MM-DD HH:MM[:SS[.fff]]` (a blank or `T` between), either with `Z` or an offset
/// (`+02:00`, `+0200`, `+02`) behind it, and Unix time: up to 11 digits are seconds, 12 to 14 milliseconds.
/// Without an offset the time is UTC. A fraction of a second is cut off.
enum TimestampParser {
    /// A moment, and whether a fraction of a second was cut off.
    struct Moment: Equatable {
        var seconds: Int
        var hasFraction: Bool
    }

    /// Reads a field, blanks around it allowed; nil when it is none of the formats or not a real date.
    @inline(__always)
    static func parse(_ start: UnsafePointer<UInt8>, _ count: Int) -> Moment? {
        // The bare date and the date with a full time, by far the most common, are read at fixed places.
        if count == 10, let days = date(start) { return Moment(seconds: days * 86_400, hasFraction: false) }
        if count == 19, isSeparator(start[10]), let days = date(start), let seconds = clock(start + 11) {
            return Moment(seconds: days * 86_400 + seconds, hasFraction: false)
        }
        if count >= 9, count <= 11, let seconds = digits(start, count) {
            return Moment(seconds: seconds, hasFraction: false)
        }
        return parseSlowly(UnsafeBufferPointer(start: start, count: count)[...])
    }

    /// Digits alone, few enough not to overflow.
    @inline(__always)
    private static func digits(_ p: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        var value = 0
        for i in 0..<count {
            let digit = p[i] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    @inline(__always)
    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte | 0x20 == UInt8(ascii: "t")
    }

    /// `YYYY-MM-DD` as days since 1970.
    @inline(__always)
    private static func date(_ p: UnsafePointer<UInt8>) -> Int? {
        guard p[4] == UInt8(ascii: "-"), p[7] == UInt8(ascii: "-"), let century = two(p), let year = two(p + 2),
            let month = two(p + 5), let day = two(p + 8)
        else { return nil }
        return days(year: century * 100 + year, month: month, day: day)
    }

    /// `HH:MM:SS` as seconds of the day.
    @inline(__always)
    private static func clock(_ p: UnsafePointer<UInt8>) -> Int? {
        guard p[2] == UInt8(ascii: ":"), p[5] == UInt8(ascii: ":"), let hour = two(p), let minute = two(p + 3),
            let second = two(p + 6), hour < 24, minute < 60, second < 61
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    @inline(__always)
    private static func two(_ p: UnsafePointer<UInt8>) -> Int? {
        let tens = p[0] &- UInt8(ascii: "0"), ones = p[1] &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar; nil when there is no such day.
    ///
    /// Counts from 1 March of year 0, so that the leap day is the last of its year (H. Hinnant, *chrono-compatible
    /// low-level date algorithms*).
    @inline(__always)
    static func days(year: Int, month: Int, day: Int) -> Int? {
        guard month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
        if day > 28 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length =
                month == 2 ? (isLeap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31)
            guard day <= length else { return nil }
        }
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    @inline(never)
    private static func parseSlowly(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> Moment? {
        var rest = field
        while rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        if let moment = unixTime(rest) { return moment }
        guard rest.count >= 10 else { return nil }
        let base = UnsafeBufferPointer(rebasing: rest)
        guard let start = base.baseAddress, let days = date(start) else { return nil }
        rest = rest.dropFirst(10)
        if rest.isEmpty { return Moment(seconds: days * 86_400, hasFraction: false) }
        guard isSeparator(rest.removeFirst()) else { return nil }
        return clockAndZone(rest).map { Moment(seconds: days * 86_400 + $0.seconds, hasFraction: $0.hasFraction) }
    }

    /// `HH:MM[:SS[.fff]][zone]` as seconds relative to midnight UTC.
    private static func clockAndZone(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Moment? {
        var rest = text
        func take(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }
        func takeTwo(below limit: Int) -> Int? {
            guard rest.count >= 2 else { return nil }
            let tens = rest.removeFirst() &- UInt8(ascii: "0"), ones = rest.removeFirst() &- UInt8(ascii: "0")
            guard tens < 10, ones < 10 else { return nil }
            let value = Int(tens) * 10 + Int(ones)
            return value < limit ? value : nil
        }
        guard let hour = takeTwo(below: 24), take(UInt8(ascii: ":")), let minute = takeTwo(below: 60) else {
            return nil
        }
        var seconds = hour * 3600 + minute * 60
        var hasFraction = false
        if take(UInt8(ascii: ":")) {
            guard let second = takeTwo(below: 61) else { return nil }
            seconds += second
            if take(UInt8(ascii: ".")) {
                var digits = 0
                while let byte = rest.first, byte &- UInt8(ascii: "0") < 10 {
                    if byte != UInt8(ascii: "0") { hasFraction = true }
                    rest.removeFirst()
                    digits += 1
                }
                guard digits > 0 else { return nil }
            }
        }
        if take(UInt8(ascii: " ")), rest.isEmpty { return nil }
        if rest.isEmpty || (rest.count == 1 && rest.first.map { $0 | 0x20 } == UInt8(ascii: "z")) {
            return Moment(seconds: seconds, hasFraction: hasFraction)
        }
        if rest.elementsEqual("UTC".utf8) { return Moment(seconds: seconds, hasFraction: hasFraction) }
        let isEast = rest.first == UInt8(ascii: "+")
        guard isEast || rest.first == UInt8(ascii: "-") else { return nil }
        rest.removeFirst()
        guard let offsetHours = takeTwo(below: 24) else { return nil }
        _ = take(UInt8(ascii: ":"))
        let offsetMinutes = rest.isEmpty ? 0 : takeTwo(below: 60)
        guard let offsetMinutes, rest.isEmpty else { return nil }
        let offset = offsetHours * 3600 + offsetMinutes * 60
        return Moment(seconds: isEast ? seconds - offset : seconds + offset, hasFraction: hasFraction)
    }

    /// Reads digits alone, which are Unix time.
    ///
    /// Eight digits or fewer are refused, for `20130801` is not a moment of 1970.
    private static func unixTime(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Moment? {
        var value = 0
        var digits = 0
        var rest = text
        while let byte = rest.first, byte &- UInt8(ascii: "0") < 10, digits < 15 {
            value = value * 10 + Int(byte &- UInt8(ascii: "0"))
            digits += 1
            rest.removeFirst()
        }
        guard digits >= 9, digits <= 14 else { return nil }
        var hasFraction = false
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            for byte in rest {
                guard byte &- UInt8(ascii: "0") < 10 else { return nil }
                if byte != UInt8(ascii: "0") { hasFraction = true }
            }
        } else if !rest.isEmpty {
            return nil
        }
        guard digits > 11 else { return Moment(seconds: value, hasFraction: hasFraction) }
        return Moment(seconds: value / 1000, hasFraction: hasFraction || value % 1000 != 0)
    }
}
