/// Turns any `Encodable` value into a `BinaryValue`.
struct BinaryEncoder {
    func encode(_ value: some Encodable) throws -> BinaryValue {
        let node = EncodedNode()
        try NodeEncoder(node: node, codingPath: []).encode(value)
        return node.value
    }
}

/// A place in the tree that a container fills while it is written.
private final class EncodedNode {
    enum Content {
        case value(BinaryValue)
        case array([EncodedNode])
        case object([(String, EncodedNode)])
    }

    var content = Content.value(.null)

    func append() -> EncodedNode {
        let node = EncodedNode()
        if case .array(var nodes) = content {
            content = .value(.null)
            nodes.append(node)
            content = .array(nodes)
        } else {
            content = .array([node])
        }
        return node
    }

    func child(_ key: String) -> EncodedNode {
        let node = EncodedNode()
        if case .object(var nodes) = content {
            content = .value(.null)
            nodes.append((key, node))
            content = .object(nodes)
        } else {
            content = .object([(key, node)])
        }
        return node
    }

    var value: BinaryValue {
        switch content {
        case .value(let value): return value
        case .array(let nodes): return .array(nodes.map(\.value))
        // A dictionary has no order of its own; sorted keys make equal values equal bytes.
        case .object(let nodes): return .object(nodes.sorted { $0.0 < $1.0 }.map { ($0.0, $0.1.value) })
        }
    }
}

private struct NodeEncoder: Encoder, SingleValueEncodingContainer {
    let node: EncodedNode
    var codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .value = node.content { node.content = .object([]) }
        return KeyedEncodingContainer(KeyedEncoder<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .value = node.content { node.content = .array([]) }
        return UnkeyedEncoder(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() throws { node.content = .value(.null) }

    func encode<Value: Encodable>(_ value: Value) throws {
        switch value {
        case let flag as Bool: node.content = .value(.bool(flag))
        case let number as Double: node.content = .value(.double(number))
        case let number as Float: node.content = .value(.double(Double(number)))
        case let text as String: node.content = .value(.string(text))
        case let numbers as [Double]: node.content = .value(.doubles(numbers))
        case let numbers as [Float]: node.content = .value(.floats(numbers))
        case let number as any FixedWidthInteger & SignedInteger:
            node.content = .value(.int(Int64(number)))
        case let number as any FixedWidthInteger & UnsignedInteger:
            node.content = .value(.unsigned(UInt64(number)))
        default: try value.encode(to: self)
        }
    }
}

private struct KeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodedNode
    var codingPath: [any CodingKey]

    private func child(_ key: some CodingKey) -> NodeEncoder {
        NodeEncoder(node: node.child(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) throws { try child(key).encodeNil() }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try child(key).encode(value)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { child(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        child(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder {
        NodeEncoder(node: node.child("super"), codingPath: codingPath)
    }
    func superEncoder(forKey key: Key) -> any Encoder { child(key) }
}

private struct UnkeyedEncoder: UnkeyedEncodingContainer {
    let node: EncodedNode
    var codingPath: [any CodingKey]

    var count: Int {
        if case .array(let nodes) = node.content { nodes.count } else { 0 }
    }

    private func child() -> NodeEncoder { NodeEncoder(node: node.append(), codingPath: codingPath) }

    func encodeNil() throws { try child().encodeNil() }
    func encode<Value: Encodable>(_ value: Value) throws { try child().encode(value) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<
        Nested
    > {
        child().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
    func superEncoder() -> any Encoder { child() }
}
