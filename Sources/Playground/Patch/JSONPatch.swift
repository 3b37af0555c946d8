import KubernetesClient

/// A JSON Patch (RFC 6902): a list of operations on JSON pointers.
struct JSONPatch: Sendable {
    var operations: [JSONObject]

    /// Reads a patch; refuses what is not a list of objects.
    init(_ json: JSONValue) throws(APIError) {
        guard let items = json.arrayValue else {
            throw .badRequest("error decoding patch: a JSON patch is an array of operations")
        }
        operations = []
        for item in items {
            guard let object = item.objectValue else {
                throw .badRequest("error decoding patch: an operation of a JSON patch is an object")
            }
            operations.append(object)
        }
    }

    /// The value after all operations.
    func applied(to value: JSONValue) throws(APIError) -> JSONValue {
        var result = value
        for operation in operations { try apply(operation, to: &result) }
        return result
    }

    private func apply(_ operation: JSONObject, to value: inout JSONValue) throws(APIError) {
        guard let name = operation["op"]?.stringValue, let pointer = operation["path"]?.stringValue else {
            throw .badRequest("error decoding patch: an operation needs op and path")
        }
        let path = Self.tokens(pointer)
        let argument = operation["value"]
        switch name {
        case "add": try Self.edit(&value, path[...], pointer, .add(argument ?? .null))
        case "replace": try Self.edit(&value, path[...], pointer, .replace(argument ?? .null))
        case "remove": try Self.edit(&value, path[...], pointer, .remove)
        case "test":
            let found = Self.value(value, path)
            guard (found ?? .null) == (argument ?? .null) else {
                throw .invalidPatch("testing value \(pointer) failed")
            }
        case "copy", "move":
            guard let from = operation["from"]?.stringValue else {
                throw .badRequest("error decoding patch: \(name) needs from")
            }
            guard let moved = Self.value(value, Self.tokens(from)) else {
                throw .invalidPatch("\(name) operation: missing path: \(from)")
            }
            if name == "move" { try Self.edit(&value, Self.tokens(from)[...], from, .remove) }
            try Self.edit(&value, path[...], pointer, .add(moved))
        default: throw .badRequest("Unexpected kind: \(name)")
        }
    }

    fileprivate enum Change {
        case add(JSONValue)
        case replace(JSONValue)
        case remove
    }

    private static func tokens(_ pointer: String) -> [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    private static func value(_ root: JSONValue, _ path: [String]) -> JSONValue? {
        var current = root
        for token in path {
            switch current {
            case .object(let object):
                guard let next = object[token] else { return nil }
                current = next
            case .array(let array):
                guard let index = Int(token), array.indices.contains(index) else { return nil }
                current = array[index]
            default: return nil
            }
        }
        return current
    }

    private static func edit(
        _ value: inout JSONValue, _ path: ArraySlice<String>, _ pointer: String, _ change: Change
    ) throws(APIError) {
        guard let token = path.first else {
            switch change {
            case .add(let new), .replace(let new): value = new
            case .remove: value = .null
            }
            return
        }
        let rest = path.dropFirst()
        switch value {
        case .object(var object):
            if rest.isEmpty {
                try editMember(&object, token, pointer, change)
            } else {
                guard var next = object[token] else { throw .missing(pointer, change.name) }
                try edit(&next, rest, pointer, change)
                object[token] = next
            }
            value = .object(object)
        case .array(var array):
            try editItem(&array, token, rest, pointer, change)
            value = .array(array)
        default: throw .missing(pointer, change.name)
        }
    }

    private static func editMember(
        _ object: inout JSONObject, _ token: String, _ pointer: String, _ change: Change
    ) throws(APIError) {
        switch change {
        case .add(let new): object[token] = new
        case .replace(let new):
            guard object[token] != nil else { throw .missing(pointer, change.name) }
            object[token] = new
        case .remove:
            guard object.removeValue(forKey: token) != nil else { throw .missing(pointer, change.name) }
        }
    }

    private static func editItem(
        _ array: inout [JSONValue], _ token: String, _ rest: ArraySlice<String>, _ pointer: String, _ change: Change
    ) throws(APIError) {
        if rest.isEmpty, token == "-", case .add(let new) = change {
            array.append(new)
            return
        }
        guard let index = Int(token), index >= 0, index <= array.count else { throw .missing(pointer, change.name) }
        if rest.isEmpty, case .add(let new) = change {
            array.insert(new, at: index)
            return
        }
        guard index < array.count else { throw .missing(pointer, change.name) }
        guard rest.isEmpty else {
            try edit(&array[index], rest, pointer, change)
            return
        }
        switch change {
        case .add: break
        case .replace(let new): array[index] = new
        case .remove: array.remove(at: index)
        }
    }
}

extension JSONPatch.Change {
    fileprivate var name: String {
        switch self {
        case .add: "add"
        case .replace: "replace"
        case .remove: "remove"
        }
    }
}

extension APIError {
    /// 422 of a JSON patch that does not fit the object.
    static func invalidPatch(_ detail: String) -> APIError {
        APIError(
            code: 422, reason: "Invalid",
            message: "the server rejected our request due to an error in our request: \(detail)")
    }

    fileprivate static func missing(_ pointer: String, _ operation: String) -> APIError {
        .invalidPatch("\(operation) operation does not apply: doc is missing path: \"\(pointer)\"")
    }
}
