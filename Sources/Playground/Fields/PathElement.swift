import KubernetesClient

/// One step of a path that a field manager may own.
enum PathElement: Sendable, Hashable {
    /// A field of a structure or a key of a map.
    case field(String)
    /// An item of a list that is a map by its key fields, such as `name` of a container.
    case key(JSONObject)
    /// An item of a list that is a set.
    case value(JSONValue)
    /// An item by position; only where an item lacks its key.
    case index(Int)

    /// As written in `fieldsV1`: `f:spec`, `k:{"name":"app"}`, `v:"x"`, `i:0`.
    var serialized: String {
        switch self {
        case .field(let name): "f:" + name
        case .key(let key): "k:" + JSONValue.object(key).jsonString(.sortedKeys)
        case .value(let value): "v:" + value.jsonString(.sortedKeys)
        case .index(let index): "i:\(index)"
        }
    }

    /// Reads what ``serialized`` wrote; nil where the text is none of the four forms.
    init?(serialized text: String) {
        let rest = String(text.dropFirst(2))
        if text.hasPrefix("f:") {
            self = .field(rest)
        } else if text.hasPrefix("k:"), let value = try? JSONValue(parsing: rest), let object = value.objectValue {
            self = .key(object)
        } else if text.hasPrefix("v:"), let value = try? JSONValue(parsing: rest) {
            self = .value(value)
        } else if text.hasPrefix("i:"), let index = Int(rest) {
            self = .index(index)
        } else {
            return nil
        }
    }

    /// As printed in a conflict: `.spec`, `[name="app"]`.
    var printed: String {
        switch self {
        case .field(let name): return ".\(name)"
        case .key(let key):
            let pairs = key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.jsonString())" }
            return "[\(pairs.joined(separator: ","))]"
        case .value(let value): return "[=\(value.jsonString())]"
        case .index(let index): return "[\(index)]"
        }
    }
}
