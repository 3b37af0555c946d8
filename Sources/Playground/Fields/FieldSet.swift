import KubernetesClient

/// A set of field paths, kept as a tree.
///
/// A path may be a member without its descendants and the other way round: `.spec` as a member (`"."` in `fieldsV1`)
/// says that the manager owns the existence of `spec`, not what is in it.
struct FieldSet: Sendable, Hashable {
    var members: Set<PathElement> = []
    var children: [PathElement: FieldSet] = [:]

    var isEmpty: Bool { members.isEmpty && children.isEmpty }

    mutating func insert(_ path: ArraySlice<PathElement>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            members.insert(first)
        } else {
            children[first, default: FieldSet()].insert(path.dropFirst())
        }
    }

    mutating func insert(_ path: [PathElement]) { insert(path[...]) }

    mutating func remove(_ path: ArraySlice<PathElement>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            members.remove(first)
        } else if var child = children[first] {
            child.remove(path.dropFirst())
            children[first] = child.isEmpty ? nil : child
        }
    }

    func contains(_ path: ArraySlice<PathElement>) -> Bool {
        guard let first = path.first else { return false }
        return path.count == 1 ? members.contains(first) : children[first]?.contains(path.dropFirst()) ?? false
    }

    func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.members.formUnion(other.members)
        for (element, child) in other.children {
            result.children[element] = result.children[element]?.union(child) ?? child
        }
        return result
    }

    func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(members: members.intersection(other.members))
        for (element, child) in children {
            guard let theirs = other.children[element] else { continue }
            let both = child.intersection(theirs)
            if !both.isEmpty { result.children[element] = both }
        }
        return result
    }

    func subtracting(_ other: FieldSet) -> FieldSet {
        var result = FieldSet(members: members.subtracting(other.members))
        for (element, child) in children {
            let rest = other.children[element].map { child.subtracting($0) } ?? child
            if !rest.isEmpty { result.children[element] = rest }
        }
        return result
    }

    /// Without the named fields at the top and everything below them.
    func droppingTopLevel(_ names: Set<String>) -> FieldSet {
        guard !names.isEmpty else { return self }
        var result = self
        for name in names {
            result.members.remove(.field(name))
            result.children[.field(name)] = nil
        }
        return result
    }

    /// Only the named fields at the top and what is below them.
    func keepingTopLevel(_ names: Set<String>) -> FieldSet {
        var result = FieldSet()
        for name in names {
            if members.contains(.field(name)) { result.members.insert(.field(name)) }
            if let child = children[.field(name)] { result.children[.field(name)] = child }
        }
        return result
    }

    /// Every structure field on the way to a member made a member as well, so that a structure whose owned content is
    /// all gone goes with it.
    func ensuringNamedFields(_ shape: Shape) -> FieldSet {
        var result = FieldSet(members: members)
        for (element, child) in children {
            if case .field(let name) = element, shape.names(name) { result.members.insert(element) }
            result.children[element] = child.ensuringNamedFields(shape.child(element))
        }
        return result
    }

    /// All member paths, in the order in which the server lists them.
    var paths: [[PathElement]] {
        var result: [[PathElement]] = []
        collect([], into: &result)
        return result
    }

    private func collect(_ prefix: [PathElement], into result: inout [[PathElement]]) {
        let elements = members.union(children.keys).sorted { $0.serialized < $1.serialized }
        for element in elements {
            if members.contains(element) { result.append(prefix + [element]) }
            children[element]?.collect(prefix + [element], into: &result)
        }
    }
}
