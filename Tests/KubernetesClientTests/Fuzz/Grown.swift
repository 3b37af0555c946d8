import KubernetesClient
import TestSupport

/// Random JSON values, with the strings and numbers that break readers.
enum Grown {
    static let strings = [
        "", " ", "a", "true", "yes", "null", "~", "0x1F", "1_000", "1e3", "-", "- a", "a: b", "# c", "a #c", "<<", "=",
        "*a", "&a", "!t", "%", "@", "`", "|", ">", "{", "[", "\"", "'", "\\", "a\nb", "a\n", "\n", "\n\na", " a", "a ",
        " a\nb", "a\n\n\nb\n\n", "\ta", "a\tb", "\r\n", "é", "e\u{301}", "\u{FEFF}", "\u{FFFD}", "\u{FFFE}",
        "\u{10FFFF}",
        "😀", "\u{85}", "\u{A0}", "\u{2028}", "\u{7F}", "\u{9F}", "\u{0}", "\u{1}", "\u{1F}", "...", "---", "--- a",
        ".inf",
        "a long plain text of many words that a writer might fold where a reader would not put it together the same",
    ]
    private static let integers: [Int64] = [0, 1, -1, 9, 10, .max, .min, 1 << 53, 2_147_483_648]
    private static let doubles: [Double] = [
        0, -0.0, 0.1, 1.5, -2.25, 1e16, 1e21, 1e-7, .leastNonzeroMagnitude, 1.7976931348623157e308, 1 / 3, 1e22,
    ]

    static func string(_ random: inout FuzzRandom) -> String {
        if random.once(in: 3) {
            let length = random.below(24)
            let scalars = (0..<length).compactMap { _ in
                Unicode.Scalar(UInt32(random.below(random.pick([0x80, 0x80, 0x300, 0x3000, 0x11_0000]))))
            }
            return String(String.UnicodeScalarView(scalars))
        }
        return random.pick(strings)
    }

    static func scalar(_ random: inout FuzzRandom) -> JSONValue {
        switch random.below(8) {
        case 0: .null
        case 1: .bool(random.once(in: 2))
        case 2: .int(random.pick(integers))
        case 3: .int(Int64(truncatingIfNeeded: random.next()))
        case 4: .double(random.pick(doubles))
        case 5:
            .double(finite(Double(bitPattern: random.next())))
        default: .string(string(&random))
        }
    }

    private static func finite(_ value: Double) -> Double { value.isFinite ? value : 0.5 }

    static func value(depth: Int, _ random: inout FuzzRandom) -> JSONValue {
        guard depth > 0, !random.once(in: 3) else { return scalar(&random) }
        // Beyond a dozen members an object keeps an index.
        let count = random.once(in: 8) ? random.below(20) : random.below(5)
        if random.once(in: 2) { return .array((0..<count).map { _ in value(depth: depth - 1, &random) }) }
        var object = JSONObject()
        for index in 0..<count {
            let key = random.once(in: 2) ? "key \(index)" : string(&random)
            object[key] = value(depth: depth - 1, &random)
        }
        return .object(object)
    }

    /// Changes one place of a value: another kind, a member gone, repeated, or under another name.
    static func change(_ value: JSONValue, _ random: inout FuzzRandom) -> JSONValue {
        switch value {
        case .object(let object) where !object.isEmpty && !random.once(in: 8):
            var changed = object
            let member = random.pick(object)
            switch random.below(8) {
            case 0: changed[member.key] = nil
            case 1: changed[string(&random)] = member.value
            case 2: changed[member.key] = scalar(&random)
            default: changed[member.key] = change(member.value, &random)
            }
            return .object(changed)
        case .array(let array) where !array.isEmpty && !random.once(in: 8):
            var changed = array
            let index = random.below(array.count)
            switch random.below(8) {
            case 0: changed.remove(at: index)
            case 1: changed.append(array[index])
            default: changed[index] = change(array[index], &random)
            }
            return .array(changed)
        default: return self.value(depth: 2, &random)
        }
    }
}

extension JSONValue {
    /// Whether both are the same to the last bit: order of keys, bytes of strings, sign of zero; `Equatable` takes what
    /// Unicode calls equivalent for equal.
    func isIdentical(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.double(let a), .double(let b)): return a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && zip(a, b).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value.isIdentical(to: $1.value) }
        default: return self == other
        }
    }

    /// The value without the members of a name, at any depth.
    func without(_ name: String) -> JSONValue {
        switch self {
        case .array(let array): return .array(array.map { $0.without(name) })
        case .object(let object):
            return .object(JSONObject(object.filter { $0.key != name }.map { ($0.key, $0.value.without(name)) }))
        default: return self
        }
    }
}
