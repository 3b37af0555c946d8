/// Reads values from bytes that may have been changed: nothing is trusted, nothing allocated beyond their number.
struct BinaryReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var keys: [String] = []

    /// Values nest no deeper than this.
    static let deepest = 64

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Reads the one value that the bytes hold.
    mutating func readAll() throws(ForecastError) -> BinaryValue {
        let value = try read(depth: 0)
        guard position == bytes.endIndex else {
            throw corrupt("\(bytes.endIndex - position) bytes are left over")
        }
        return value
    }

    private mutating func read(depth: Int) throws(ForecastError) -> BinaryValue {
        guard depth <= Self.deepest else { throw corrupt("values nest too deep") }
        let byte = try byte()
        guard let tag = BinaryTag(rawValue: byte) else { throw corrupt("\(byte) is no tag") }
        switch tag {
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .int:
            let raw = try varint()
            return .int(Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1))
        case .unsigned: return .unsigned(try varint())
        case .double: return .double(Double(bitPattern: try fixed(UInt64.self)))
        case .string: return .string(try string())
        case .array:
            let count = try length(width: 1)
            var values: [BinaryValue] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try read(depth: depth + 1)) }
            return .array(values)
        case .doubles:
            let count = try length(width: 8)
            var numbers: [Double] = []
            numbers.reserveCapacity(count)
            for _ in 0..<count { numbers.append(Double(bitPattern: try fixed(UInt64.self))) }
            return .doubles(numbers)
        case .floats:
            let count = try length(width: 4)
            var numbers: [Float] = []
            numbers.reserveCapacity(count)
            for _ in 0..<count { numbers.append(Float(bitPattern: try fixed(UInt32.self))) }
            return .floats(numbers)
        case .object:
            let count = try length(width: 2)
            var members: [(key: String, value: BinaryValue)] = []
            members.reserveCapacity(count)
            for _ in 0..<count {
                let name = try key()
                members.append((name, try read(depth: depth + 1)))
            }
            return .object(members)
        }
    }

    private mutating func byte() throws(ForecastError) -> UInt8 {
        guard position < bytes.endIndex else { throw corrupt("the bytes end too early") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func varint() throws(ForecastError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            guard shift < 63 || next <= 1 else { break }
            result |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return result }
        }
        throw corrupt("a number has more than 64 bits")
    }

    /// A count of elements of at least `width` bytes each, all of which the rest can hold.
    private mutating func length(width: Int) throws(ForecastError) -> Int {
        let count = try varint()
        guard count <= UInt64((bytes.endIndex - position) / width) else {
            throw corrupt("a count of \(count) is larger than the bytes left")
        }
        return Int(count)
    }

    private mutating func fixed<Bits: FixedWidthInteger>(_ type: Bits.Type) throws(ForecastError)
        -> Bits
    {
        let width = Bits.bitWidth / 8
        guard bytes.endIndex - position >= width else { throw corrupt("the bytes end too early") }
        defer { position += width }
        return Bits(
            littleEndian: bytes[position...].withUnsafeBytes { $0.loadUnaligned(as: Bits.self) })
    }

    private mutating func string() throws(ForecastError) -> String {
        let count = try length(width: 1)
        defer { position += count }
        guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else {
            throw corrupt("a string is not UTF-8")
        }
        return text
    }

    private mutating func key() throws(ForecastError) -> String {
        let number = try varint()
        if number == 0 {
            keys.append(try string())
            return keys[keys.count - 1]
        }
        guard number <= UInt64(keys.count) else { throw corrupt("key \(number) was not introduced") }
        return keys[Int(number) - 1]
    }

    private func corrupt(_ why: String) -> ForecastError {
        ForecastError(
            .corruptArtifact,
            "The artifact is damaged at byte \(position - bytes.startIndex): \(why). Train again or restore it."
        )
    }
}
