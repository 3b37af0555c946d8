/// Writes values as bytes; a key is written once and referred to by number afterwards.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []
    private var keys: [String: Int] = [:]

    mutating func write(_ value: BinaryValue) {
        switch value {
        case .null: tag(.null)
        case .bool(let flag): tag(flag ? .yes : .no)
        case .int(let number):
            tag(.int)
            varint(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
        case .unsigned(let number):
            tag(.unsigned)
            varint(number)
        case .double(let number):
            tag(.double)
            fixed(number.bitPattern)
        case .string(let text):
            tag(.string)
            string(text)
        case .array(let values):
            tag(.array)
            varint(UInt64(values.count))
            for value in values { write(value) }
        case .doubles(let numbers): doubles(numbers)
        case .floats(let numbers):
            tag(.floats)
            varint(UInt64(numbers.count))
            for number in numbers { fixed(number.bitPattern) }
        case .object(let members):
            tag(.object)
            varint(UInt64(members.count))
            for (name, value) in members {
                key(name)
                write(value)
            }
        }
    }

    private mutating func tag(_ tag: BinaryTag) { bytes.append(tag.rawValue) }

    private mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func fixed(_ bits: some FixedWidthInteger) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func string(_ text: String) {
        varint(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func key(_ name: String) {
        if let number = keys[name] {
            varint(UInt64(number))
        } else {
            keys[name] = keys.count + 1
            varint(0)
            string(name)
        }
    }

    private mutating func doubles(_ numbers: [Double]) {
        tag(.doubles)
        varint(UInt64(numbers.count))
        for number in numbers { fixed(number.bitPattern) }
    }
}
