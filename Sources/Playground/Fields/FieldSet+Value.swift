import KubernetesClient

extension FieldSet {
    /// The paths that an apply of `value` owns: leaves, empty maps, list items and map keys.
    init(of value: JSONValue, shape: Shape) {
        self.init()
        collect(value, shape, [])
    }

    private mutating func collect(_ value: JSONValue, _ shape: Shape, _ path: [PathElement]) {
        let resolved = shape.resolved(for: value)
        switch resolved {
        case .record, .dictionary:
            for (key, child) in value.objectValue ?? [:] {
                let element = PathElement.field(key)
                let below = path + [element]
                collect(child, resolved.child(element), below)
                if child.isNull || child.objectValue?.isEmpty == true || !resolved.names(key) { insert(below) }
            }
        case .list, .set:
            for (index, child) in (value.arrayValue ?? []).enumerated() {
                let element = resolved.element(of: child, at: index)
                let below = path + [element]
                collect(child, resolved.child(element), below)
                insert(below)
            }
        case .leaf, .open, .deduced:
            insert(path)
        }
    }
}
