extension Quantity {
    /// Reads a quantity as Kubernetes writes it: a signed decimal number with at most one suffix.
    ///
    /// - Throws: ``SpecError`` with code `invalidQuantity` and the accepted forms in its message.
    public init(_ text: String) throws(SpecError) {
        guard let parsed = Self.parse(text) else {
            throw SpecError(
                .invalidQuantity,
                "\(text.isEmpty ? "an empty text" : "“\(text)”") is not a quantity: "
                    + "write a number with at most one suffix, such as 250m, 0.5, 512Mi, 2Gi or 1e3"
            )
        }
        self = parsed
    }

    /// Powers of ten of the decimal suffixes.
    private static let decimalSuffixes: [Substring: Int] = [
        "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    /// Powers of 1024 of the binary suffixes.
    private static let binarySuffixes: [Substring: Int] = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6]

    private static func parse(_ text: String) -> Quantity? {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative || rest.first == "+" { rest.removeFirst() }

        let whole = rest.prefix { $0.isASCIIDigit }
        rest.removeFirst(whole.count)
        var fraction = Substring()
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.prefix { $0.isASCIIDigit }
            rest.removeFirst(fraction.count)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        // value = 0.digits · 10^(point) · 1024^(binaryPower)
        var point = whole.count
        var binaryPower = 0
        let format: Format
        if let exponent = decimalSuffixes[rest] {
            point += exponent
            format = .decimal
        } else if let exponent = binarySuffixes[rest] {
            binaryPower = exponent
            format = .binary
        } else if let first = rest.first, first == "e" || first == "E", let exponent = exponentValue(rest.dropFirst()) {
            point += exponent
            format = .exponent
        } else {
            return nil
        }
        let digits = (whole + fraction).compactMap(\.wholeNumberValue)
        let magnitude = magnitude(digits: digits, point: point, binaryPower: binaryPower)
        return Quantity(nanos: negative ? -magnitude : magnitude, format: format)
    }

    /// The exponent of `e3`, `E-2` or `e+6`; nil where it is no number.
    ///
    /// Exponents past ±100 are taken as ±100: the result is capped, or the smallest step, either way.
    private static func exponentValue(_ text: Substring) -> Int? {
        var digits = text
        let negative = digits.first == "-"
        if negative || digits.first == "+" { digits.removeFirst() }
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let value = min(Int(digits) ?? 100, 100)
        return negative ? -value : value
    }

    /// 0.digits · 10^point · 1024^binaryPower in nanos, rounded up and capped at ``largest``.
    ///
    /// The digits before the decimal point and the 18 after it are exact: 10¹⁸ · 1024⁶ < 2¹²⁰. What follows is below
    /// a nano for all but `Pi` and `Ei`, and rounds up.
    private static func magnitude(digits: [Int], point: Int, binaryPower: Int) -> Int128 {
        var scale: Int128 = 1
        for _ in 0..<binaryPower { scale *= 1024 }

        var units: Int128 = 0
        for index in 0..<max(0, point) {
            units = units * 10 + Int128(index < digits.count ? digits[index] : 0)
            if units * scale > Int128(Int64.max) { return largest }
        }
        var fraction: Int128 = 0
        for index in point..<(point + 18) {
            fraction = fraction * 10 + Int128(digits.indices.contains(index) ? digits[index] : 0)
        }
        let dropped = digits.dropFirst(max(0, point + 18)).contains { $0 != 0 }
        let (nanos, rest) = (fraction * scale).quotientAndRemainder(dividingBy: nanosPerUnit)
        let roundedUp = rest != 0 || dropped
        return min(units * scale * nanosPerUnit + nanos + (roundedUp ? 1 : 0), largest)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
