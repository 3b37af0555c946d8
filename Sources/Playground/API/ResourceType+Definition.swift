import KubernetesClient

extension ResourceType {
    /// The served versions of a CustomResourceDefinition.
    static func types(ofDefinition definition: JSONValue) -> [ResourceType] {
        guard let spec = definition["spec"], let group = spec["group"]?.stringValue,
            let plural = spec["names", "plural"]?.stringValue, let kind = spec["names", "kind"]?.stringValue
        else { return [] }
        return (spec["versions"]?.arrayValue ?? []).compactMap { version in
            guard let name = version["name"]?.stringValue, version["served"] != false else { return nil }
            let schema = version["schema", "openAPIV3Schema"] ?? [:]
            let compiled = StructuralSchema(schema)
            var subresources: [String] = []
            if version["subresources", "status"] != nil { subresources.append("status") }
            return ResourceType(
                group: group, version: name, plural: plural,
                singular: spec["names", "singular"]?.stringValue ?? kind.lowercased(), kind: kind,
                listKind: spec["names", "listKind"]?.stringValue ?? kind + "List",
                shortNames: spec["names", "shortNames"]?.arrayValue?.compactMap(\.stringValue) ?? [],
                categories: spec["names", "categories"]?.arrayValue?.compactMap(\.stringValue) ?? [],
                namespaced: spec["scope"]?.stringValue != "Cluster", subresources: subresources,
                countsGenerations: true, shape: compiled.resourceShape, schema: compiled, openAPISchema: schema,
                columns: columns(version))
        }
    }

    private static func columns(_ version: JSONValue) -> [TableColumn] {
        guard let extra = version["additionalPrinterColumns"]?.arrayValue else { return [.name, .age] }
        return [.name]
            + extra.map { column in
                TableColumn(
                    name: column["name"]?.stringValue ?? "", type: column["type"]?.stringValue ?? "string",
                    format: column["format"]?.stringValue ?? "",
                    description: column["description"]?.stringValue ?? "",
                    priority: column["priority"]?.intValue ?? 0, jsonPath: column["jsonPath"]?.stringValue ?? "")
            }
    }
}
