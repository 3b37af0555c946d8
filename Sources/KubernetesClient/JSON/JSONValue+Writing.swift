extension JSONValue: CustomStringConvertible {
    /// How JSON is laid out.
    public struct WritingOptions: OptionSet, Sendable {
        /// The bits.
        public let rawValue: Int
        /// Options from bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// One member a line, indented by two spaces.
        public static let pretty = WritingOptions(rawValue: 1)
        /// Keys in the order of their bytes instead of insertion.
        public static let sortedKeys = WritingOptions(rawValue: 2)
    }

    /// The value as UTF-8 JSON.
    public func serialized(_ options: WritingOptions = []) -> [UInt8] {
        var writer = JSONWriter(options: options)
        writer.write(self, indent: 0)
        return writer.output
    }

    /// The value as a JSON string.
    public func jsonString(_ options: WritingOptions = []) -> String {
        String(decoding: serialized(options), as: UTF8.self)
    }

    /// The value as compact JSON.
    public var description: String { jsonString() }
}

private struct JSONWriter {
    let options: JSONValue.WritingOptions
    var output: [UInt8] = []

    mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(value.description)
        case .double(let value): append(value.isFinite ? value.description : "null")
        case .string(let value): write(value)
        case .array(let array):
            output.append(UInt8(ascii: "["))
            for (index, element) in array.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                newline(indent + 1)
                write(element, indent: indent + 1)
            }
            if !array.isEmpty { newline(indent) }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            let order = options.contains(.sortedKeys) ? object.indices.sorted { object[$0].key < object[$1].key } : nil
            for index in object.indices {
                let member = object[order?[index] ?? index]
                if index > 0 { output.append(UInt8(ascii: ",")) }
                newline(indent + 1)
                write(member.key)
                output.append(UInt8(ascii: ":"))
                if options.contains(.pretty) { output.append(UInt8(ascii: " ")) }
                write(member.value, indent: indent + 1)
            }
            if !object.isEmpty { newline(indent) }
            output.append(UInt8(ascii: "}"))
        }
    }

    private mutating func newline(_ indent: Int) {
        guard options.contains(.pretty) else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
    }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func write(_ string: String) {
        output.append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
                output.append(contentsOf: bytes[start..<index])
                start = index + 1
                escape(byte)
            }
            output.append(contentsOf: bytes[start...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            append("\\u00")
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
    }
}
