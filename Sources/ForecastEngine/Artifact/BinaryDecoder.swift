/// Turns a `BinaryValue` into any `Decodable` value.
struct BinaryDecoder {
    func decode<Value: Decodable>(_ type: Value.Type, from value: BinaryValue) throws -> Value {
        try NodeDecoder(value: value, codingPath: []).decode(type)
    }
}

private struct NodeDecoder: Decoder, SingleValueDecodingContainer {
    let value: BinaryValue
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch("an object") }
        let values = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        return KeyedDecodingContainer(KeyedDecoder<Key>(values: values, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch value {
        case .array(let values): UnkeyedDecoder(values: values, codingPath: codingPath)
        case .doubles(let numbers):
            UnkeyedDecoder(values: numbers.map { .double($0) }, codingPath: codingPath)
        case .floats(let numbers):
            UnkeyedDecoder(values: numbers.map { .double(Double($0)) }, codingPath: codingPath)
        default: throw mismatch("an array")
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool {
        if case .null = value { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let result: Any?
        switch value {
        case .bool(let flag) where type == Bool.self: result = flag
        case .double(let number) where type == Double.self: result = number
        case .double(let number) where type == Float.self: result = Float(number)
        case .string(let text) where type == String.self: result = text
        case .doubles(let numbers) where type == [Double].self: result = numbers
        case .floats(let numbers) where type == [Float].self: result = numbers
        // Writers in other languages do not tell 10 from 10.0.
        case .int(let number) where type == Double.self: result = Double(number)
        case .int(let number): result = (type as? any FixedWidthInteger.Type)?.init(exactly: number)
        case .unsigned(let number):
            result = (type as? any FixedWidthInteger.Type)?.init(exactly: number)
        default:
            if type is any FixedWidthInteger.Type || type == Double.self || type == Bool.self
                || type == String.self
                || type == Float.self
            {
                throw mismatch("\(type)")
            }
            return try Value(from: self)
        }
        guard let decoded = result as? Value else {
            if type is any RawRepresentable.Type { return try Value(from: self) }
            throw mismatch("\(type)")
        }
        return decoded
    }

    private func mismatch(_ expected: String) -> DecodingError {
        DecodingError.typeMismatch(
            Any.self, .init(codingPath: codingPath, debugDescription: "not \(expected)")
        )
    }
}

private struct KeyedDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let values: [String: BinaryValue]
    var codingPath: [any CodingKey]

    var allKeys: [Key] { values.keys.sorted().compactMap(Key.init(stringValue:)) }
    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

    private func child(_ key: some CodingKey) throws -> NodeDecoder {
        guard let value = values[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "no '\(key.stringValue)'")
            )
        }
        return NodeDecoder(value: value, codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try child(key).decode(type)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try child(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder {
        NodeDecoder(value: values["super"] ?? .null, codingPath: codingPath)
    }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct UnkeyedDecoder: UnkeyedDecodingContainer {
    let values: [BinaryValue]
    var codingPath: [any CodingKey]
    var currentIndex = 0

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex >= values.count }

    private mutating func next() throws -> NodeDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                Any.self, .init(codingPath: codingPath, debugDescription: "the array is too short")
            )
        }
        defer { currentIndex += 1 }
        return NodeDecoder(value: values[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, case .null = values[currentIndex] else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decode(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder { try next() }
}
