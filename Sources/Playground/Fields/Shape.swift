import KubernetesClient

/// How a part of an object merges and who may own what in it: the merge keys, not the types.
indirect enum Shape: Sendable {
    /// A scalar, or a list or map that has one owner as a whole.
    case leaf
    /// A structure with named fields; those not listed have the shape `rest`.
    case record([String: Shape], rest: Shape)
    /// A map with free keys.
    case dictionary(Shape)
    /// A list whose items are told apart by key fields; `defaults` fill key fields left out.
    case list(keys: [String], defaults: JSONObject, item: Shape)
    /// A list of distinct scalars.
    case set
    /// A part of a built-in kind without own entry: objects are structures, the rest leaves.
    case open
    /// A part without schema: objects are maps, the rest leaves.
    case deduced

    /// The shape for a value: undetermined shapes decided, and a leaf where the value is of another kind.
    func resolved(for value: JSONValue) -> Shape {
        switch (self, value) {
        case (.open, .object): .record([:], rest: .open)
        case (.deduced, .object): .dictionary(.deduced)
        case (.record, .object), (.dictionary, .object), (.list, .array), (.set, .array): self
        default: .leaf
        }
    }

    /// The shape below a path element.
    func child(_ element: PathElement) -> Shape {
        switch (self, element) {
        case (.record(let fields, let rest), .field(let name)): fields[name] ?? rest
        case (.dictionary(let item), .field): item
        case (.list(_, _, let item), _): item
        case (.open, _): .open
        case (.deduced, _): .deduced
        default: .leaf
        }
    }

    /// Whether `name` is a field of a structure here, in contrast to a key of a map.
    func names(_ name: String) -> Bool {
        switch self {
        case .record(_, .open): true
        case .record(let fields, _): fields[name] != nil
        case .open: true
        default: false
        }
    }

    /// The path element of a list item.
    func element(of item: JSONValue, at index: Int) -> PathElement {
        switch self {
        case .set: return .value(item)
        case .list(let keys, let defaults, _):
            var key = JSONObject()
            for name in keys {
                guard let value = item[key: name] ?? defaults[name] else { return .index(index) }
                key[name] = value
            }
            return .key(key)
        default: return .index(index)
        }
    }
}
