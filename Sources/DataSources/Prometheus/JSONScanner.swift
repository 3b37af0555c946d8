/// Walks through JSON text without building a tree: the answers of a metrics server are mostly numbers in quotes, and
/// there are millions of them.
struct JSONScanner {
    /// The text is no JSON, or not of the expected shape; `offset` is the byte where that shows.
    struct Malformed: Error, Hashable {
        var offset: Int
    }

    /// Answers nest about six levels deep; a text that nests deeper was not written by a metrics server.
    private static let maximumDepth = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var offset = 0

    /// Scans `bytes`, which must stay valid as long as the scanner is used.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var malformed: Malformed { Malformed(offset: offset) }

    /// The next byte that is not white space, without taking it; 0 at the end.
    @inline(__always)
    mutating func peek() -> UInt8 {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        return 0
    }

    /// Takes one byte of punctuation.
    @inline(__always)
    mutating func take(_ byte: UInt8) throws(Malformed) {
        guard peek() == byte else { throw malformed }
        offset += 1
    }

    /// Takes a byte if it is next.
    @inline(__always)
    mutating func takeIf(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    /// Takes an object, giving each key to `field`, which has to take the value.
    mutating func object(_ field: (String, inout JSONScanner) throws(Malformed) -> Void) throws(Malformed) {
        try take(UInt8(ascii: "{"))
        if takeIf(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try take(UInt8(ascii: ":"))
            try field(key, &self)
        } while takeIf(UInt8(ascii: ","))
        try take(UInt8(ascii: "}"))
    }

    /// Takes an array, calling `element` at each element, which it has to take.
    @inline(__always)
    mutating func array(_ element: (inout JSONScanner) throws(Malformed) -> Void) throws(Malformed) {
        try take(UInt8(ascii: "["))
        if takeIf(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while takeIf(UInt8(ascii: ","))
        try take(UInt8(ascii: "]"))
    }

    /// Takes a string, escapes resolved.
    mutating func string() throws(Malformed) -> String {
        let raw = try rawString()
        guard raw.contains(UInt8(ascii: "\\")) else {
            guard let text = String(validating: raw, as: UTF8.self) else { throw malformed }
            return text
        }
        return try Self.unescaped(raw, at: offset)
    }

    /// Takes a string and gives the bytes between its quotes, escapes as they are.
    @inline(__always)
    mutating func rawString() throws(Malformed) -> UnsafeBufferPointer<UInt8> {
        try take(UInt8(ascii: "\""))
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                offset += 1
                return UnsafeBufferPointer(rebasing: bytes[start..<(offset - 1)])
            }
            guard byte >= 0x20 else { throw malformed }
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        throw malformed
    }

    /// Takes a bare number and gives its bytes.
    @inline(__always)
    mutating func rawNumber() throws(Malformed) -> UnsafeBufferPointer<UInt8> {
        _ = peek()
        let start = offset
        while offset < bytes.count {
            let byte = bytes[offset]
            let isPart =
                (byte &- UInt8(ascii: "0")) < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+") || byte | 0x20 == UInt8(ascii: "e")
            guard isPart else { break }
            offset += 1
        }
        guard offset > start else { throw malformed }
        return UnsafeBufferPointer(rebasing: bytes[start..<offset])
    }

    /// Takes any value.
    mutating func skip(depth: Int = 0) throws(Malformed) {
        guard depth < Self.maximumDepth else { throw malformed }
        switch peek() {
        case UInt8(ascii: "{"):
            try object { (_, scanner) throws(Malformed) in try scanner.skip(depth: depth + 1) }
        case UInt8(ascii: "["): try array { (scanner) throws(Malformed) in try scanner.skip(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try rawString()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try rawNumber()
        }
    }

    /// Checks that nothing but white space is left.
    mutating func end() throws(Malformed) {
        guard peek() == 0, offset == bytes.count else { throw malformed }
    }

    private mutating func word(_ word: StaticString) throws(Malformed) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < bytes.count, bytes[offset] == word.utf8Start[index] else { throw malformed }
            offset += 1
        }
    }

    private static func unescaped(_ raw: UnsafeBufferPointer<UInt8>, at offset: Int) throws(Malformed) -> String {
        var result: [UInt8] = []
        var index = 0
        func unit(_ start: Int) throws(Malformed) -> UInt32 {
            guard start + 4 <= raw.count else { throw Malformed(offset: offset) }
            var value: UInt32 = 0
            for byte in raw[start..<(start + 4)] {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { throw Malformed(offset: offset) }
                value = value << 4 | UInt32(digit)
            }
            return value
        }
        while index < raw.count {
            let byte = raw[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard index < raw.count else { throw Malformed(offset: offset) }
            let escape = raw[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                var code = try unit(index)
                index += 4
                if (0xD800..<0xDC00).contains(code), index + 6 <= raw.count, raw[index] == UInt8(ascii: "\\"),
                    raw[index + 1] == UInt8(ascii: "u"), case let low = try unit(index + 2),
                    (0xDC00..<0xE000).contains(low)
                {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                    index += 6
                }
                // Half of a surrogate pair stands for no character.
                result += Array(String(Character(UnicodeScalar(code) ?? "\u{FFFD}")).utf8)
            default: throw Malformed(offset: offset)
            }
        }
        guard let text = String(validating: result, as: UTF8.self) else { throw Malformed(offset: offset) }
        return text
    }
}
