import Foundation

/// Writes numbers for people: thousands separators, no more decimals than asked for, a true minus sign.
enum NumberText {
    /// A value with at most `decimals` decimals, trailing zeros dropped unless `padded`.
    static func plain(_ value: Double, decimals: Int, padded: Bool = false) -> String {
        guard value.isFinite else { return "" }
        let decimals = min(max(decimals, 0), 9)
        let scaled = (value.magnitude * pow(10, Double(decimals))).rounded()
        // Beyond 2^53 a Double no longer counts single units, and neither should the text pretend to.
        guard scaled < 9e15 else { return scientific(value, digits: 3) }
        let power = Int(pow(10, Double(decimals)))
        let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: power)
        var fraction = String(rest)
        fraction = String(repeating: "0", count: max(decimals - fraction.count, 0)) + fraction
        if !padded {
            while fraction.last == "0" { fraction.removeLast() }
        }
        let sign = value < 0 && scaled > 0 ? "−" : ""
        let tail = decimals == 0 || fraction.isEmpty ? "" : "." + fraction
        return sign + grouped(whole) + tail
    }

    /// A value with `digits` significant digits, in plain notation where that is readable.
    static func significant(_ value: Double, digits: Int) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "" }
        let magnitude = Int(log10(value.magnitude).rounded(.down))
        guard (-5...14).contains(magnitude) else { return scientific(value, digits: digits) }
        return plain(value, decimals: max(digits - 1 - magnitude, 0))
    }

    /// A value as `1.25e−12`.
    static func scientific(_ value: Double, digits: Int) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "" }
        var exponent = Int(log10(value.magnitude).rounded(.down))
        // Two steps, for 10^±exponent alone may overflow where the value itself does not.
        var mantissa = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
        if plain(mantissa.magnitude, decimals: digits - 1) == "10" {
            mantissa /= 10
            exponent += 1
        }
        return plain(mantissa, decimals: digits - 1) + "e" + (exponent < 0 ? "−" : "") + String(exponent.magnitude)
    }

    private static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        guard digits.count > 3 else { return String(digits) }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }
}
