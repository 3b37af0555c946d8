import Foundation

/// Reads decimal numbers from bytes without allocating, correctly rounded.
enum DecimalParser {
    /// What a field holds.
    enum Outcome: Equatable {
        case number(Double)
        case missing
        case invalid
    }

    /// Reads a field: a decimal number with optional sign and exponent, or nothing (also `NaN`, `NA`, `null`).
    ///
    /// A mantissa up to 2⁵³ with a power of ten up to 22 is exact in one operation (W. D. Clinger, *How to read
    /// floating point numbers accurately*, 1990); anything longer goes through `strtod`. Infinity is invalid.
    @inline(__always)
    static func parse(_ start: UnsafePointer<UInt8>, _ count: Int) -> Outcome {
        var i = 0
        let negative = count > 0 && start[0] == UInt8(ascii: "-")
        if negative || (count > 0 && start[0] == UInt8(ascii: "+")) { i = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        while i < count {
            let digit = start[i] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            digits += 1
            i += 1
        }
        var exponent = 0
        if i < count, start[i] == UInt8(ascii: ".") {
            i += 1
            let first = i
            while i < count {
                let digit = start[i] &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                i += 1
            }
            exponent = first - i
            digits += i - first
        }
        guard i == count, digits > 0, digits <= 19, mantissa <= 1 << 53, exponent >= -22 else {
            return parseSlowly(start, count)
        }
        let magnitude = exponent == 0 ? Double(mantissa) : Double(mantissa) / powersOfTen[-exponent]
        return .number(negative ? -magnitude : magnitude)
    }

    /// Reads `[-]digits[.digits]`, or nothing, up to a comma or the end of the line, where it needs no closer look.
    ///
    /// - Returns: the number (NaN where the field is empty) and where it ends; nil for every other form.
    @inline(__always)
    static func plain(_ start: UnsafePointer<UInt8>) -> (value: Double, end: UnsafePointer<UInt8>)? {
        var p = start
        let negative = p[0] == UInt8(ascii: "-")
        if negative { p += 1 }
        let first = p
        var mantissa: UInt64 = 0
        var digit = p[0] &- UInt8(ascii: "0")
        while digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            p += 1
            digit = p[0] &- UInt8(ascii: "0")
        }
        var digits = p - first
        var decimals = 0
        if p[0] == UInt8(ascii: ".") {
            p += 1
            let point = p
            digit = p[0] &- UInt8(ascii: "0")
            while digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                p += 1
                digit = p[0] &- UInt8(ascii: "0")
            }
            decimals = p - point
            digits += decimals
        }
        guard p[0] == UInt8(ascii: ",") || p[0] == UInt8(ascii: "\n") || p[0] == UInt8(ascii: "\r") else { return nil }
        if p == start { return (.nan, p) }
        // The same bounds as in `parse`.
        guard digits > 0, digits <= 19, mantissa <= 1 << 53, decimals <= 22 else { return nil }
        let magnitude = decimals == 0 ? Double(mantissa) : Double(mantissa) / power(decimals)
        return (negative ? -magnitude : magnitude, p)
    }

    @inline(__always)
    private static func power(_ exponent: Int) -> Double {
        powersOfTen.withUnsafeBufferPointer { $0[exponent] }
    }

    /// Everything that is not a short plain decimal: blanks around it, exponents, many digits, words for missing.
    @inline(never)
    private static func parseSlowly(_ start: UnsafePointer<UInt8>, _ count: Int) -> Outcome {
        var bytes = UnsafeBufferPointer(start: start, count: count)[...]
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        if bytes.isEmpty { return .missing }
        guard isDecimal(bytes) else {
            let word = String(decoding: bytes, as: UTF8.self).lowercased()
            return ["nan", "na", "null", "none"].contains(word) ? .missing : .invalid
        }
        let value = strtod(String(decoding: bytes, as: UTF8.self), nil)
        return value.isFinite ? .number(value) : .invalid
    }

    /// Whether the bytes are `[+-]digits[.digits][e[+-]digits]`: `strtod` alone would also take `0x1p3` and `inf`.
    private static func isDecimal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var rest = bytes
        func takeSign() {
            if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest.removeFirst() }
        }
        func takeDigits() -> Int {
            let before = rest.count
            while let first = rest.first, first &- UInt8(ascii: "0") < 10 { rest.removeFirst() }
            return before - rest.count
        }
        takeSign()
        var digits = takeDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += takeDigits()
        }
        guard digits > 0 else { return false }
        if let first = rest.first, first | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            takeSign()
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
        1e19, 1e20, 1e21, 1e22,
    ]
}
