#if canImport(Glibc)
import Glibc
#endif

/// What a plain scalar means, after go-yaml v2's `resolve` as `sigs.k8s.io/yaml` uses it.
enum YAMLScalar {
    private static let words: [String: JSONValue] = {
        var words: [String: JSONValue] = [
            "": .null, "~": .null, "null": .null, "Null": .null, "NULL": .null, ".inf": .double(.infinity),
            ".Inf": .double(.infinity), ".INF": .double(.infinity), "+.inf": .double(.infinity),
            "+.Inf": .double(.infinity), "+.INF": .double(.infinity), "-.inf": .double(-.infinity),
            "-.Inf": .double(-.infinity), "-.INF": .double(-.infinity), ".nan": .double(.nan), ".NaN": .double(.nan),
            ".NAN": .double(.nan),
        ]
        for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] { words[word] = true }
        for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] { words[word] = false }
        return words
    }()

    /// The value of a plain scalar; a string where it is nothing else.
    static func resolve(_ text: String) -> JSONValue {
        if text.utf8.count <= 5, let word = words[text] { return word }
        guard let first = text.utf8.first, (0x2B...0x39).contains(first), first != 0x2C, first != 0x2F else {
            return .string(text)
        }
        let plain = text.utf8.contains(0x5F) ? text.filter { $0 != "_" } : text
        if let integer = integer(plain) { return integer }
        if isFloat(plain), let value = Double(plain.hasPrefix("+") ? String(plain.dropFirst()) : plain), value.isFinite
        {
            return .double(value)
        }
        return .string(text)
    }

    /// Go's `strconv.ParseInt(text, 0, 64)`: `0x`, `0o`, `0b`, and a leading zero for octal.
    private static func integer(_ text: String) -> JSONValue? {
        var digits = Substring(text)
        let negative = digits.hasPrefix("-")
        if negative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        var radix = 10
        if digits.count > 1, digits.hasPrefix("0") {
            switch digits.dropFirst().first {
            case "x", "X": radix = 16
            case "b", "B": radix = 2
            case "o", "O": radix = 8
            default:
                radix = 8
                digits = "00" + digits.dropFirst()
            }
            digits = digits.dropFirst(2)
        }
        guard let first = digits.utf8.first, first != 0x2B, first != 0x2D else { return nil }
        guard let magnitude = UInt64(digits, radix: radix) else { return nil }
        if negative {
            if magnitude == UInt64(Int64.max) + 1 { return .int(.min) }
            return Int64(exactly: magnitude).map { .int(-$0) }
        }
        return Int64(exactly: magnitude).map(JSONValue.int) ?? .double(Double(magnitude))
    }

    /// Whether the text is one of YAML's decimal numbers: sign, digits with an optional point, and an optional exponent.
    private static func isFloat(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
        let whole = digits()
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            if digits() == 0, whole == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if let exponent = rest.first, exponent | 0x20 == 0x65 {
            rest = rest.dropFirst()
            if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
