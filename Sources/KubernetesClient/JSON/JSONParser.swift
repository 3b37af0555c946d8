#if canImport(Glibc)
import Glibc
#endif

/// Reads JSON (RFC 8259) from UTF-8 bytes in one pass.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0
    private var depth = 0
    private var interned: [String?]
    /// Members and elements of the containers being read, innermost last: each container is then made in its exact size.
    private var members: [JSONObject.Member]
    private var elements: [JSONValue]
    private let workspace: JSONWorkspace

    private let managedFields: KeptManagedFields

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, managedFields: KeptManagedFields,
        workspace: JSONWorkspace
    ) {
        self.bytes = bytes
        self.managedFields = managedFields
        self.maximumDepth = maximumDepth
        self.workspace = workspace
        (interned, members, elements) = workspace.take()
    }

    /// Gives the workspace back; the parser must not be used any more.
    mutating func finish() {
        workspace.give(interned, members, elements)
        (interned, members, elements) = ([], [], [])
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else {
            throw failure(.trailingContent, "expected the end of the text after the value")
        }
        return value
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        skipSpace()
        guard position < bytes.count else { throw failure(.truncated, "the text ends where a value should stand") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString(isKey: false))
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw unexpected("a value")
        }
    }

    private mutating func parseObject() throws(JSONError) -> JSONValue {
        try enter()
        let mark = members.count
        skipSpace()
        if peek() == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                skipSpace()
                guard let next = peek() else { throw failure(.truncated, "the text ends inside an object") }
                guard next == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
                let key = try parseString(isKey: true)
                skipSpace()
                guard let colon = peek() else { throw failure(.truncated, "the text ends after the key \"\(key)\"") }
                guard colon == UInt8(ascii: ":") else { throw unexpected("':' after the key \"\(key)\"") }
                position += 1
                if isLeftOut(key, among: mark) {
                    try skipValue()
                } else {
                    let value = try parseValue()
                    members.append(JSONObject.Member(key: key, value: value))
                }
                skipSpace()
                guard let after = peek() else { throw failure(.truncated, "the text ends inside an object") }
                if after == UInt8(ascii: ",") {
                    position += 1
                } else if after == UInt8(ascii: "}") {
                    position += 1
                    break
                } else {
                    throw unexpected("',' or '}'")
                }
            }
        }
        depth -= 1
        defer { members.removeSubrange(mark...) }
        return .object(JSONObject(read: members[mark...]))
    }

    /// Whether nobody wants the value of a key in the object whose members begin at `mark`.
    private func isLeftOut(_ key: String, among mark: Int) -> Bool {
        switch managedFields {
        case .all: return false
        case .none: return key == "managedFields"
        case .of(let manager):
            guard key == "fieldsV1", let found = members[mark...].first(where: { $0.key == "manager" }) else {
                return false
            }
            return found.value != .string(manager)
        }
    }

    /// Passes over a value; inside it only the nesting and the strings are looked at.
    private mutating func skipValue() throws(JSONError) {
        skipSpace()
        let base = depth
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): try enter()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == base { return }
                depth -= 1
                position += 1
                if depth == base { return }
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: ",") where depth == base: return
            default: position += 1
            }
        }
        throw failure(.truncated, "the text ends inside a value")
    }

    private mutating func skipString() throws(JSONError) {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        position = min(position, bytes.count)
        throw failure(.truncated, "the text ends inside a string")
    }

    private mutating func parseArray() throws(JSONError) -> JSONValue {
        try enter()
        let mark = elements.count
        skipSpace()
        if peek() == UInt8(ascii: "]") {
            position += 1
        } else {
            while true {
                let value = try parseValue()
                elements.append(value)
                skipSpace()
                guard let after = peek() else { throw failure(.truncated, "the text ends inside an array") }
                if after == UInt8(ascii: ",") {
                    position += 1
                } else if after == UInt8(ascii: "]") {
                    position += 1
                    break
                } else {
                    throw unexpected("',' or ']'")
                }
            }
        }
        depth -= 1
        defer { elements.removeSubrange(mark...) }
        return .array(Array(elements[mark...]))
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= maximumDepth else {
            throw failure(.tooDeep, "arrays and objects are nested more than \(maximumDepth) deep")
        }
        position += 1
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        for offset in 0..<count {
            guard position + offset < bytes.count else {
                throw failure(.truncated, "the text ends inside '\(text)'")
            }
            guard bytes[position + offset] == text.utf8Start[offset] else { throw unexpected("'\(text)'") }
        }
        position += count
        return value
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = position
        let negative = peek() == UInt8(ascii: "-")
        if negative { position += 1 }
        guard let first = peek() else { throw failure(.truncated, "the text ends inside a number") }
        guard isDigit(first) else { throw failure(.invalidNumber, "expected a digit after '-'") }
        var magnitude: UInt64 = 0
        var overflow = false
        let firstDigit = position
        while let next = peek(), isDigit(next) {
            let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(next - UInt8(ascii: "0")))
            overflow = overflow || high || carry
            magnitude = sum
            position += 1
        }
        if first == UInt8(ascii: "0"), position - firstDigit > 1 {
            throw failure(.invalidNumber, "a number must not begin with 0", at: start)
        }
        var whole = true
        if peek() == UInt8(ascii: ".") {
            whole = false
            position += 1
            try digits("after the decimal point")
        }
        if let next = peek(), next | 0x20 == UInt8(ascii: "e") {
            whole = false
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits("in the exponent")
        }
        if whole, !overflow {
            if negative {
                if magnitude <= UInt64(Int64.max) { return .int(-Int64(magnitude)) }
                if magnitude == UInt64(Int64.max) + 1 { return .int(.min) }
            } else if let value = Int64(exactly: magnitude) {
                return .int(value)
            }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw failure(.invalidNumber, "the number \(text.prefix(40)) is too large", at: start)
        }
        return .double(value)
    }

    private mutating func digits(_ place: StaticString) throws(JSONError) {
        guard let first = peek() else { throw failure(.truncated, "the text ends inside a number") }
        guard isDigit(first) else { throw failure(.invalidNumber, "expected a digit \(place)") }
        while let next = peek(), isDigit(next) { position += 1 }
    }

    private mutating func parseString(isKey: Bool) throws(JSONError) -> String {
        position += 1
        let start = position
        var seen: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let slice = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                let isASCII = seen < 0x80
                return isKey
                    ? try key(slice, isASCII: isASCII, at: start) : try text(slice, isASCII: isASCII, at: start)
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
            if byte < 0x20 { throw failure(.invalidString, "a string holds an unescaped control character") }
            seen |= byte
            position += 1
        }
        throw failure(.truncated, "the text ends inside a string")
    }

    /// A string of bytes that must be valid UTF-8; ASCII always is, and is spared the generic check.
    private func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool, at start: Int) throws(JSONError) -> String {
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw failure(.invalidString, "a string is not valid UTF-8", at: start)
        }
        return string
    }

    /// Keys repeat in every object of a list: the ones too long to lie inside a `String` share their storage.
    private mutating func key(
        _ slice: UnsafeBufferPointer<UInt8>, isASCII: Bool, at start: Int
    ) throws(JSONError) -> String {
        guard slice.count > 15, slice.count <= 64 else { return try text(slice, isASCII: isASCII, at: start) }
        var hash: UInt32 = 2_166_136_261
        for byte in slice { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let slot = Int((hash ^ (hash >> 16)) & 255)
        if let known = interned[slot], known.utf8.elementsEqual(slice) { return known }
        let string = try text(slice, isASCII: isASCII, at: start)
        interned[slot] = string
        return string
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
        var buffer = Array(bytes[start..<position])
        var seen = buffer.reduce(0, |)
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                let result = buffer.withUnsafeBufferPointer { [isASCII = seen < 0x80] slice in
                    Result { () throws(JSONError) in try text(slice, isASCII: isASCII, at: start) }
                }
                return try result.get()
            case UInt8(ascii: "\\"):
                let count = buffer.count
                try parseEscape(into: &buffer)
                for byte in buffer[count...] { seen |= byte }
            case ..<0x20: throw failure(.invalidString, "a string holds an unescaped control character")
            default:
                buffer.append(byte)
                seen |= byte
                position += 1
            }
        }
        throw failure(.truncated, "the text ends inside a string")
    }

    private mutating func parseEscape(into buffer: inout [UInt8]) throws(JSONError) {
        guard position + 1 < bytes.count else { throw failure(.truncated, "the text ends inside an escape") }
        let escape = bytes[position + 1]
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(escape)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            position += 2
            let unit = try hexadecimal()
            var scalar = UInt32(unit)
            if (0xD800..<0xDC00).contains(unit), peek() == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            {
                let back = position
                position += 2
                let low = try hexadecimal()
                if (0xDC00..<0xE000).contains(low) {
                    scalar = 0x10000 + ((UInt32(unit) - 0xD800) << 10) + (UInt32(low) - 0xDC00)
                } else {
                    position = back
                }
            }
            // A lone surrogate becomes U+FFFD, as in Go's decoder.
            let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
            buffer.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
            return
        default: throw failure(.invalidString, "'\\' is followed by a character that is no escape", at: position)
        }
        position += 2
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw failure(.truncated, "the text ends inside an escape") }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure(.invalidString, "'\\u' must be followed by four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func unexpected(_ wanted: String) -> JSONError {
        guard let byte = peek() else { return failure(.truncated, "the text ends where \(wanted) should stand") }
        let shown =
            (0x21..<0x7F).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
        return failure(.unexpectedCharacter, "expected \(wanted), found \(shown)")
    }

    private func failure(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) -> JSONError {
        let offset = min(offset ?? position, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset where bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return JSONError(code: code, message: message, offset: offset, line: line, column: offset - lineStart + 1)
    }
}
