import KubernetesClient

extension JSONValue {
    /// This object with everything that `applied` says merged in.
    func merging(_ applied: JSONValue, shape: Shape) -> JSONValue {
        let resolved = shape.resolved(for: applied)
        guard !shape.resolved(for: self).isLeaf else { return applied }
        switch resolved {
        case .record, .dictionary:
            var object = objectValue ?? [:]
            for (key, value) in applied.objectValue ?? [:] {
                object[key] = object[key]?.merging(value, shape: resolved.child(.field(key))) ?? value
            }
            return .object(object)
        case .list, .set:
            return .array(mergingItems(arrayValue ?? [], applied.arrayValue ?? [], resolved))
        case .leaf, .open, .deduced: return applied
        }
    }

    /// Both lists in one, each one's order kept where they agree; where not, the applied list's order counts.
    private func mergingItems(_ live: [JSONValue], _ applied: [JSONValue], _ shape: Shape) -> [JSONValue] {
        let ours = live.enumerated().map { (shape.element(of: $1, at: $0), $1) }
        let theirs = applied.enumerated().map { (shape.element(of: $1, at: $0), $1) }
        let existing = Dictionary(ours, uniquingKeysWith: { first, _ in first })
        let wanted = Set(theirs.map(\.0))
        var result: [JSONValue] = []
        var next = 0
        for (element, value) in theirs {
            // What only the live list has keeps its place before what follows.
            while next < ours.count, !wanted.contains(ours[next].0) {
                result.append(ours[next].1)
                next += 1
            }
            guard let mine = existing[element] else {
                result.append(value)
                continue
            }
            if let position = ours.firstIndex(where: { $0.0 == element }), position >= next {
                for other in ours[next..<position] where !wanted.contains(other.0) { result.append(other.1) }
                next = position + 1
            }
            result.append(mine.merging(value, shape: shape.child(element)))
        }
        for other in ours[next...] where !wanted.contains(other.0) { result.append(other.1) }
        return result
    }

    /// This object without the paths in `set`; a removed path takes along what is below it.
    func removing(_ set: FieldSet, shape: Shape) -> JSONValue? {
        let resolved = shape.resolved(for: self)
        switch resolved {
        case .record, .dictionary:
            var object = JSONObject()
            for (key, value) in objectValue ?? [:] {
                let element = PathElement.field(key)
                if let kept = Self.keep(value, element, set, resolved) { object[key] = kept }
            }
            return object.isEmpty && objectValue?.isEmpty == false ? Optional<JSONValue>.none : .object(object)
        case .list, .set:
            var items: [JSONValue] = []
            for (index, value) in (arrayValue ?? []).enumerated() {
                let element = resolved.element(of: value, at: index)
                if let kept = Self.keep(value, element, set, resolved) { items.append(kept) }
            }
            return items.isEmpty && arrayValue?.isEmpty == false ? Optional<JSONValue>.none : .array(items)
        case .leaf, .open, .deduced: return self
        }
    }

    private static func keep(
        _ value: JSONValue, _ element: PathElement, _ set: FieldSet, _ shape: Shape
    ) -> JSONValue? {
        if set.members.contains(element) { return nil }
        guard let below = set.children[element] else { return value }
        return value.removing(below, shape: shape.child(element))
    }
}

extension Shape {
    var isLeaf: Bool { if case .leaf = self { true } else { false } }
}
