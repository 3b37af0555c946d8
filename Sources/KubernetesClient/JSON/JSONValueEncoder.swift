import Foundation

/// An `Encoder` that builds a ``JSONValue``.
final class JSONValueEncoder: Encoder {
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any]
    private var storage: Storage = .empty

    private enum Storage {
        case empty
        case value(JSONValue)
        case keyed(KeyedStorage)
        case unkeyed(UnkeyedStorage)
    }

    init(codingPath: [any CodingKey], userInfo: [CodingUserInfoKey: Any]) {
        self.codingPath = codingPath
        self.userInfo = userInfo
    }

    /// What was encoded; nothing at all counts as an empty object, as with Foundation's encoder.
    var result: JSONValue {
        switch storage {
        case .empty: .object([:])
        case .value(let value): value
        case .keyed(let keyed): .object(keyed.finished)
        case .unkeyed(let unkeyed): .array(unkeyed.finished)
        }
    }

    static func box(
        _ value: some Encodable,
        path: [any CodingKey],
        userInfo: [CodingUserInfoKey: Any]
    ) throws -> JSONValue {
        switch value {
        case let value as JSONValue: return value
        case let value as String: return .string(value)
        case let value as Bool: return .bool(value)
        case let value as Double: return try number(value, path)
        case let value as Float: return try number(Double(value), path)
        case let value as any FixedWidthInteger: return number(value)
        case let value as Date: return .string(Timestamp(value).description)
        case let value as Data: return .string(value.base64EncodedString())
        default:
            let encoder = JSONValueEncoder(codingPath: path, userInfo: userInfo)
            try value.encode(to: encoder)
            return encoder.result
        }
    }

    private static func number(_ value: any FixedWidthInteger) -> JSONValue {
        Int64(exactly: value).map(JSONValue.int) ?? .double(Double(value))
    }

    private static func number(_ value: Double, _ path: [any CodingKey]) throws -> JSONValue {
        guard value.isFinite else {
            let context = EncodingError.Context(codingPath: path, debugDescription: "JSON has no \(value)")
            throw EncodingError.invalidValue(value, context)
        }
        return .double(value)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let keyed: KeyedStorage
        if case .keyed(let existing) = storage { keyed = existing } else { keyed = KeyedStorage() }
        storage = .keyed(keyed)
        return KeyedEncodingContainer(KeyedEncoding(storage: keyed, codingPath: codingPath, userInfo: userInfo))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let unkeyed: UnkeyedStorage
        if case .unkeyed(let existing) = storage { unkeyed = existing } else { unkeyed = UnkeyedStorage() }
        storage = .unkeyed(unkeyed)
        return UnkeyedEncoding(storage: unkeyed, codingPath: codingPath, userInfo: userInfo)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleEncoding(encoder: self) }

    fileprivate func set(_ value: JSONValue) { storage = .value(value) }
}

/// A member of a container under construction: finished, or a nested encoder still to be asked.
private enum Pending {
    case value(JSONValue)
    case encoder(JSONValueEncoder)

    var finished: JSONValue {
        switch self {
        case .value(let value): value
        case .encoder(let encoder): encoder.result
        }
    }
}

private final class KeyedStorage {
    var members: [(key: String, value: Pending)] = []
    var finished: JSONObject {
        var object = JSONObject()
        for member in members { object[member.key] = member.value.finished }
        return object
    }
}

private final class UnkeyedStorage {
    var elements: [Pending] = []
    var finished: [JSONValue] { elements.map(\.finished) }
}

private struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let storage: KeyedStorage
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any]

    mutating func encodeNil(forKey key: Key) throws { storage.members.append((key.stringValue, .value(.null))) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        let boxed = try JSONValueEncoder.box(value, path: codingPath + [key], userInfo: userInfo)
        storage.members.append((key.stringValue, .value(boxed)))
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nested(AnyCodingKey(key.stringValue)).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(AnyCodingKey(key.stringValue)).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested(AnyCodingKey("super")) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(AnyCodingKey(key.stringValue)) }

    private func nested(_ key: AnyCodingKey) -> JSONValueEncoder {
        let encoder = JSONValueEncoder(codingPath: codingPath + [key], userInfo: userInfo)
        storage.members.append((key.stringValue, .encoder(encoder)))
        return encoder
    }
}

private struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let storage: UnkeyedStorage
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any]
    var count: Int { storage.elements.count }

    mutating func encodeNil() throws { storage.elements.append(.value(.null)) }

    mutating func encode(_ value: some Encodable) throws {
        let path = codingPath + [AnyCodingKey(intValue: count)]
        storage.elements.append(.value(try JSONValueEncoder.box(value, path: path, userInfo: userInfo)))
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        nested().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONValueEncoder {
        let path = codingPath + [AnyCodingKey(intValue: count)]
        let encoder = JSONValueEncoder(codingPath: path, userInfo: userInfo)
        storage.elements.append(.encoder(encoder))
        return encoder
    }
}

private struct SingleEncoding: SingleValueEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil() throws { encoder.set(.null) }

    mutating func encode(_ value: some Encodable) throws {
        encoder.set(try JSONValueEncoder.box(value, path: codingPath, userInfo: encoder.userInfo))
    }
}
