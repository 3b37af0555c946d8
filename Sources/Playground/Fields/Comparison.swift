import KubernetesClient

/// Which paths differ between two versions of an object.
struct Comparison: Sendable, Hashable {
    var added = FieldSet()
    var removed = FieldSet()
    var modified = FieldSet()

    var isSame: Bool { added.isEmpty && removed.isEmpty && modified.isEmpty }

    init(old: JSONValue, new: JSONValue, shape: Shape) {
        compare(old, new, shape, [])
    }

    private mutating func compare(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape, _ path: [PathElement]) {
        if let old, let new, old == new { return }
        guard let sample = new ?? old else { return }
        var resolved = shape.resolved(for: sample)
        if let old, shape.resolved(for: old).isLeaf { resolved = .leaf }
        switch resolved {
        case .record, .dictionary:
            let before = old?.objectValue ?? [:]
            let after = new?.objectValue ?? [:]
            for (key, value) in before {
                let element = PathElement.field(key)
                compare(value, after[key], resolved.child(element), path + [element])
            }
            for (key, value) in after where before[key] == nil {
                let element = PathElement.field(key)
                compare(nil, value, resolved.child(element), path + [element])
            }
        case .list, .set:
            let before = Self.keyed(old?.arrayValue ?? [], resolved)
            let after = Self.keyed(new?.arrayValue ?? [], resolved)
            for (element, value) in before {
                compare(value, after[element], resolved.child(element), path + [element])
            }
            for (element, value) in after where before[element] == nil {
                compare(nil, value, resolved.child(element), path + [element])
            }
        case .leaf, .open, .deduced:
            if old != nil, new != nil { modified.insert(path) }
        }
        if old == nil { added.insert(path) }
        if new == nil { removed.insert(path) }
    }

    private static func keyed(_ items: [JSONValue], _ shape: Shape) -> [PathElement: JSONValue] {
        var result: [PathElement: JSONValue] = [:]
        for (index, item) in items.enumerated() { result[shape.element(of: item, at: index)] = item }
        return result
    }
}
