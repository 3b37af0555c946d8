import KubernetesClient

extension StructuralSchema {
    /// A custom resource without the fields that its schema does not know, and the paths of those.
    func pruned(resource: JSONValue) -> (value: JSONValue, unknown: [String]) {
        var unknown: [String] = []
        guard let object = resource.objectValue else { return (resource, []) }
        let value = pruneObject(object, "", &unknown, keeping: ["apiVersion", "kind", "metadata"])
        return (value, unknown)
    }

    private func prune(_ value: JSONValue, _ path: String, _ unknown: inout [String]) -> JSONValue {
        switch value {
        case .object(let object):
            let known: Set<String> = extensions.isEmbeddedResource ? ["apiVersion", "kind", "metadata"] : []
            return pruneObject(object, path, &unknown, keeping: known)
        case .array(let array):
            guard let items else { return value }
            return .array(array.enumerated().map { items.prune($1, "\(path)[\($0)]", &unknown) })
        default: return value
        }
    }

    private func pruneObject(
        _ object: JSONObject, _ path: String, _ unknown: inout [String], keeping known: Set<String>
    ) -> JSONValue {
        var result = JSONObject()
        for (key, value) in object {
            let below = path.isEmpty ? key : "\(path).\(key)"
            if known.contains(key) {
                result[key] = value
            } else if let schema = properties[key] {
                result[key] = schema.prune(value, below, &unknown)
            } else if case .schema(let schema) = additional {
                result[key] = schema.prune(value, below, &unknown)
            } else if case .any = additional {
                result[key] = value
            } else if extensions.preservesUnknown {
                result[key] = value
            } else {
                unknown.append(below)
            }
        }
        return .object(result)
    }

    /// The value with defaults filled in; a null where null is not allowed and a default exists becomes the default.
    func defaulted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object):
            for (key, schema) in properties.sorted(by: { $0.key < $1.key }) {
                if let child = object[key], !(child.isNull && !schema.isNullable) {
                    object[key] = schema.defaulted(child)
                } else if let defaultValue = schema.defaultValue {
                    object[key] = schema.defaulted(defaultValue)
                } else if object[key]?.isNull == true {
                    // Null in a field that is not nullable and has no default is dropped, as the server does.
                    object.removeValue(forKey: key)
                }
            }
            if case .schema(let schema) = additional {
                for key in Array(object.keys) where properties[key] == nil {
                    object[key] = object[key].map { schema.defaulted($0) }
                }
            }
            return .object(object)
        case .array(let array):
            guard let items else { return value }
            return .array(array.map { items.defaulted($0) })
        default: return value
        }
    }
}
