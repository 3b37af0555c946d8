import KubernetesClient

/// A strategic merge patch: lists merge by their key fields, and directives say what else to do.
///
/// Directives: `$patch` (`replace`, `delete`, `merge`), `$retainKeys`, `$setElementOrder/<list>` and
/// `$deleteFromPrimitiveList/<list>`.
struct StrategicMergePatch: Sendable {
    var shape: Shape

    /// The object after the patch.
    func applied(_ patch: JSONValue, to object: JSONValue) throws(APIError) -> JSONValue {
        try merge(object, patch, shape)
    }

    private func merge(_ live: JSONValue?, _ patch: JSONValue, _ shape: Shape) throws(APIError) -> JSONValue {
        guard var changes = patch.objectValue else { return patch }
        switch changes.removeValue(forKey: "$patch")?.stringValue {
        case "replace":
            return Self.withoutDirectives(.object(changes))
        case "delete":
            return [:]
        case "merge", nil: break
        case let other?:
            throw .badRequest("Unknown patch type found: \(other)")
        }
        var object = live?.objectValue ?? [:]
        if let retained = changes.removeValue(forKey: "$retainKeys")?.arrayValue {
            let names = Set(retained.compactMap(\.stringValue))
            for key in Array(object.keys) where !names.contains(key) { object.removeValue(forKey: key) }
        }
        var orders: [String: [JSONValue]] = [:]
        for (key, change) in changes {
            if let list = key.dropping(prefix: "$setElementOrder/") {
                orders[list] = change.arrayValue ?? []
            } else if let list = key.dropping(prefix: "$deleteFromPrimitiveList/") {
                let gone = Set(change.arrayValue ?? [])
                object[list] = .array((object[list]?.arrayValue ?? []).filter { !gone.contains($0) })
            } else if change.isNull {
                object.removeValue(forKey: key)
            } else {
                let below = self.shape(shape, key)
                if case .array(let items) = change {
                    object[key] = try mergeList(object[key]?.arrayValue, items, below)
                } else {
                    object[key] = try merge(object[key], change, below)
                }
            }
        }
        for (key, order) in orders {
            guard let items = object[key]?.arrayValue else { continue }
            object[key] = .array(Self.sorted(items, by: order, self.shape(shape, key)))
        }
        return .object(object)
    }

    /// The shape of a field. A field that is owned as a whole still merges field by field: that it is atomic concerns
    /// server-side apply only.
    private func shape(_ parent: Shape, _ key: String) -> Shape {
        switch parent {
        case .record, .dictionary: parent.child(.field(key))
        default: .open
        }
    }

    private func mergeList(
        _ live: [JSONValue]?, _ patch: [JSONValue], _ shape: Shape
    ) throws(APIError) -> JSONValue {
        if patch.contains(where: { $0["$patch"]?.stringValue == "replace" }) {
            return .array(patch.filter { $0["$patch"] == nil }.map { Self.withoutDirectives($0) })
        }
        guard let live else {
            return .array(
                patch.filter { $0["$patch"]?.stringValue != "delete" }.map { Self.withoutDirectives($0) })
        }
        switch shape {
        case .set:
            return .array(live + patch.filter { !live.contains($0) })
        case .list(let keys, _, let item):
            var result = live
            let strategicKey = keys.prefix(1)
            for change in patch {
                let position = result.firstIndex { candidate in
                    strategicKey.allSatisfy { candidate[key: $0] == change[key: $0] }
                }
                if change["$patch"]?.stringValue == "delete" {
                    if let position { result.remove(at: position) }
                } else if let position {
                    result[position] = try merge(result[position], change, item)
                } else {
                    result.append(try merge([:], change, item))
                }
            }
            return .array(result)
        default:
            return .array(patch.map { Self.withoutDirectives($0) })
        }
    }

    /// `$setElementOrder`: listed items in that order; others stay behind the listed item that they followed.
    private static func sorted(_ items: [JSONValue], by order: [JSONValue], _ shape: Shape) -> [JSONValue] {
        guard case .list(let keys, _, _) = shape, let key = keys.first else {
            let positions = Dictionary(
                order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            return stable(items) { positions[$0] }
        }
        let positions = Dictionary(
            order.enumerated().compactMap { index, item in item[key: key].map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        return stable(items) { $0[key: key].flatMap { positions[$0] } }
    }

    private static func stable(_ items: [JSONValue], _ rank: (JSONValue) -> Int?) -> [JSONValue] {
        let listed = items.compactMap { item in rank(item).map { ($0, item) } }.sorted { $0.0 < $1.0 }.map(\.1)
        var result: [JSONValue] = []
        var next = 0
        for item in items {
            if rank(item) == nil {
                result.append(item)
            } else {
                result.append(listed[next])
                next += 1
            }
        }
        return result
    }

    /// A value that is new to the object: directives in it have nothing to act on.
    private static func withoutDirectives(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var result = JSONObject()
            for (key, child) in object where !key.hasPrefix("$") && !child.isNull {
                result[key] = withoutDirectives(child)
            }
            return .object(result)
        case .array(let items): return .array(items.map { withoutDirectives($0) })
        default: return value
        }
    }
}

extension String {
    func dropping(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
