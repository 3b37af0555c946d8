import KubernetesClient

extension StructuralSchema {
    /// How values of this schema merge and who may own what in them.
    var shape: Shape {
        if extensions.isEmbeddedResource {
            return .record(
                properties.mapValues(\.shape).merging(["metadata": .metadata]) { _, metadata in metadata },
                rest: .deduced)
        }
        switch type {
        case "object"?:
            if extensions.mapType == "atomic" { return .leaf }
            switch additional {
            case .schema(let schema): return .dictionary(schema.shape)
            case .any: return .dictionary(.deduced)
            case .none:
                if properties.isEmpty, extensions.preservesUnknown { return .deduced }
                return .record(properties.mapValues(\.shape), rest: .deduced)
            }
        case "array"?:
            switch extensions.listType {
            case "set": return .set
            case "map":
                var defaults = JSONObject()
                for key in extensions.listMapKeys { defaults[key] = items?.properties[key]?.defaultValue }
                return .list(keys: extensions.listMapKeys, defaults: defaults, item: items?.shape ?? .deduced)
            default: return .leaf
            }
        case nil where extensions.preservesUnknown: return .deduced
        default: return .leaf
        }
    }

    /// The shape of a whole custom resource.
    var resourceShape: Shape {
        var fields = properties.mapValues(\.shape)
        fields["metadata"] = .metadata
        fields["apiVersion"] = .leaf
        fields["kind"] = .leaf
        return .record(fields, rest: .deduced)
    }
}
