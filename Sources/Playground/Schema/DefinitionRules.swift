import KubernetesClient

/// The checks of a CustomResourceDefinition, so that what the playground takes a real server takes as well.
enum DefinitionRules {
    static func errors(_ definition: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let spec = definition["spec"] ?? [:]
        let group = spec["group"]?.stringValue ?? ""
        let plural = spec["names", "plural"]?.stringValue ?? ""
        if group.isEmpty { errors.append(.required("spec.group")) }
        if plural.isEmpty { errors.append(.required("spec.names.plural")) }
        if spec["names", "kind"]?.stringValue?.isEmpty ?? true { errors.append(.required("spec.names.kind")) }
        if definition.name != "\(plural).\(group)" {
            errors.append(
                .invalid(
                    "metadata.name", .string(definition.name), "must be spec.names.plural+\".\"+spec.group"))
        }
        let scope = spec["scope"] ?? ""
        if scope != "Namespaced", scope != "Cluster" {
            errors.append(.unsupported("spec.scope", scope, ["Cluster", "Namespaced"]))
        }
        let versions = spec["versions"]?.arrayValue ?? []
        if versions.count(where: { $0["storage"] == true }) != 1 {
            errors.append(
                .invalid("spec.versions", .array([]), "must have exactly one version marked as storage version"))
        }
        for (index, version) in versions.enumerated() {
            let path = "spec.versions[\(index)].schema.openAPIV3Schema"
            guard let schema = version["schema", "openAPIV3Schema"] else {
                errors.append(.required(path, "schemas are required"))
                continue
            }
            if schema["type"] != "object" {
                errors.append(.invalid("\(path).type", schema["type"], "must be object at the root"))
            }
            errors += structural(schema, path)
        }
        return errors
    }

    /// A structural schema names a type for every field, outside of the value rules.
    private static func structural(_ schema: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let isFree =
            schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true
        if schema["type"] == nil, !isFree {
            errors.append(.required("\(path).type", "must not be empty for specified object fields"))
        }
        if schema["type"] == "array", schema["items"] == nil {
            errors.append(.required("\(path).items", "must be specified"))
        }
        if schema["x-kubernetes-list-type"] == "map",
            schema["x-kubernetes-list-map-keys"]?.arrayValue?.isEmpty ?? true
        {
            errors.append(
                .required("\(path).x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"))
        }
        let declared = Set(schema["properties"]?.objectValue?.keys.map { $0 } ?? [])
        for name in (schema["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue) {
            let items = schema["items"] ?? [:]
            let isRequired = items["required"]?.arrayValue?.contains(.string(name)) ?? false
            if !isRequired, items["properties"]?[key: name]?["default"] == nil {
                errors.append(
                    .required(
                        "\(path).items.properties[\(name)].default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required "
                            + "property"))
            }
        }
        if schema["additionalProperties"] != nil, !declared.isEmpty {
            errors.append(.forbidden("\(path).additionalProperties", "must not be used together with properties"))
        }
        if let pattern = schema["pattern"]?.stringValue, StructuralSchema(schema).expression == nil {
            errors.append(.invalid("\(path).pattern", .string(pattern), "must be a valid regular expression"))
        }
        if let defaultValue = schema["default"] {
            let compiled = StructuralSchema(schema)
            errors += compiled.errors(resource: defaultValue, old: nil).map { mistake in
                FieldError(field: "\(path).default", reason: mistake.reason, detail: mistake.detail)
            }
        }
        for (name, child) in schema["properties"]?.objectValue ?? [:] {
            if path.hasSuffix("openAPIV3Schema"), name == "metadata" {
                errors += metadataRules(child, "\(path).properties[metadata]")
                continue
            }
            errors += structural(child, "\(path).properties[\(name)]")
        }
        if let items = schema["items"] { errors += structural(items, "\(path).items") }
        if let child = schema["additionalProperties"], child.objectValue != nil {
            errors += structural(child, "\(path).additionalProperties")
        }
        for combination in ["allOf", "anyOf", "oneOf"] {
            for (index, branch) in (schema[key: combination]?.arrayValue ?? []).enumerated() {
                errors += valueRules(branch, "\(path).\(combination)[\(index)]", schema)
            }
        }
        return errors
    }

    /// Every object has metadata, so that a schema may narrow its names and say nothing else of it: not even a
    /// description.
    private static func metadataRules(_ schema: JSONValue, _ path: String) -> [FieldError] {
        let others = (schema.objectValue ?? [:]).keys.filter { $0 != "type" && $0 != "properties" }
        let names = (schema["properties"]?.objectValue ?? [:]).keys
        guard !others.isEmpty || !names.allSatisfy({ ["name", "generateName"].contains($0) }) else { return [] }
        return [
            .forbidden(
                path,
                "must not specify anything other than name and generateName, but metadata is implicitly specified")
        ]
    }

    /// Inside of `allOf`, `anyOf` and `oneOf` only rules about values may stand, for fields declared outside.
    private static func valueRules(_ branch: JSONValue, _ path: String, _ outer: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        let mayType = outer["x-kubernetes-int-or-string"] == true
        for field in ["default", "description", "title", "nullable", "type"] where branch[key: field] != nil {
            if field == "type", mayType { continue }
            errors.append(.forbidden("\(path).\(field)", "must be empty to be structural"))
        }
        for (name, child) in branch["properties"]?.objectValue ?? [:] {
            guard let declared = outer["properties"]?[key: name] else {
                errors.append(
                    .required(
                        "spec.versions.schema.properties[\(name)]",
                        "because it is defined in \(path).properties[\(name)]"))
                continue
            }
            errors += valueRules(child, "\(path).properties[\(name)]", declared)
        }
        return errors
    }
}
