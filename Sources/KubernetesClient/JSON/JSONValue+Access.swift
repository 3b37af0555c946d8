/// One step of a path into a ``JSONValue``: an object key or an array position.
public enum JSONPathElement: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// A member of an object.
    case key(String)
    /// An element of an array.
    case index(Int)

    /// A key literal.
    public init(stringLiteral value: String) { self = .key(value) }
    /// A position literal.
    public init(integerLiteral value: Int) { self = .index(value) }
}

extension JSONValue {
    /// The value as a boolean, or nil.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The value as a string, or nil.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    /// The elements of an array, or nil.
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members of an object, or nil.
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The value as an integer; a double counts where it is whole.
    public var intValue: Int? {
        switch self {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value as a double; an integer counts.
    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// An object of strings as a dictionary (labels, annotations, ConfigMap data); members that are no strings are left out.
    public var stringDictionary: [String: String]? {
        guard let object = objectValue else { return nil }
        var result = [String: String](minimumCapacity: object.count)
        for (key, value) in object { if let string = value.stringValue { result[key] = string } }
        return result
    }

    /// The value at a path such as `value["spec", "containers", 0, "name"]`; nil where there is nothing.
    ///
    /// Setting makes the objects on the way (never arrays, except by appending at their end); setting nil removes.
    /// Where a step meets a value of another kind, that value is replaced by an object for a key, and left alone for a
    /// position.
    public subscript(_ path: JSONPathElement...) -> JSONValue? {
        get { value(at: path[...]) }
        set { set(newValue, at: path[...]) }
    }

    /// The value at a path given as an array.
    public subscript(path path: [JSONPathElement]) -> JSONValue? {
        get { value(at: path[...]) }
        set { set(newValue, at: path[...]) }
    }

    /// The member of an object whose key is not known when the program is written.
    public subscript(key key: String) -> JSONValue? {
        get { objectValue?[key] }
        set { set(newValue, at: [.key(key)]) }
    }

    private func value(at path: ArraySlice<JSONPathElement>) -> JSONValue? {
        var current = self
        for step in path {
            switch (step, current) {
            case (.key(let key), .object(let object)):
                guard let next = object[key] else { return nil }
                current = next
            case (.index(let index), .array(let array)) where array.indices.contains(index):
                current = array[index]
            default: return nil
            }
        }
        return current
    }

    private mutating func set(_ newValue: JSONValue?, at path: ArraySlice<JSONPathElement>) {
        guard let step = path.first else {
            self = newValue ?? .null
            return
        }
        let rest = path.dropFirst()
        switch step {
        case .key(let key):
            var object = objectValue ?? JSONObject()
            if newValue == nil, object.position(of: key) == nil { return }
            self = .null  // releases the second reference, so that the change happens in place
            if rest.isEmpty {
                object[key] = newValue
            } else {
                object[key, default: .null].set(newValue, at: rest)
            }
            self = .object(object)
        case .index(let index):
            guard case .array(var array) = self, index >= 0, index <= array.count else { return }
            if newValue == nil, index == array.count { return }
            self = .null
            if index == array.count { array.append(.null) }
            if rest.isEmpty, newValue == nil {
                array.remove(at: index)
            } else {
                array[index].set(newValue, at: rest)
            }
            self = .array(array)
        }
    }
}

extension JSONObject {
    /// The value for `key`, made from `defaultValue` where there is none.
    public subscript(key: String, default defaultValue: @autoclosure () -> JSONValue) -> JSONValue {
        get { self[key] ?? defaultValue() }
        _modify {
            var value = self.removeInPlace(key) ?? defaultValue()
            defer { self[key] = value }
            yield &value
        }
    }

    /// Takes the value out and leaves `null` in its place, which keeps the member's position.
    private mutating func removeInPlace(_ key: String) -> JSONValue? {
        guard let value = self[key] else { return nil }
        self[key] = .some(.null)
        return value
    }
}
