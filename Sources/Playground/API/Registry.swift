import KubernetesClient

/// The kinds that are served: built-in ones and those that definitions add.
struct Registry: Sendable {
    private(set) var types: [ResourceType] = BuiltInTypes.all
    private var byPath: [String: Int] = [:]

    init() { reindex() }

    func type(group: String, version: String, plural: String) -> ResourceType? {
        byPath["\(group)/\(version)/\(plural)"].map { types[$0] }
    }

    /// A type by where its objects are stored; the first served version.
    func type(_ key: ResourceKey) -> ResourceType? {
        types.first { $0.group == key.group && $0.plural == key.plural }
    }

    func types(group: String, version: String) -> [ResourceType] {
        types.filter { $0.group == group && $0.version == version }
    }

    /// Groups in the order in which they came, each with its versions.
    var groups: [(group: String, versions: [String])] {
        var result: [(group: String, versions: [String])] = []
        for type in types {
            if let index = result.firstIndex(where: { $0.group == type.group }) {
                if !result[index].versions.contains(type.version) { result[index].versions.append(type.version) }
            } else {
                result.append((type.group, [type.version]))
            }
        }
        return result
    }

    /// Serves the versions of a definition in place of those it served before.
    mutating func register(definition: JSONValue) {
        unregister(definition: definition)
        types += ResourceType.types(ofDefinition: definition)
        reindex()
    }

    mutating func unregister(definition: JSONValue) {
        let group = definition["spec", "group"]?.stringValue
        let plural = definition["spec", "names", "plural"]?.stringValue
        types.removeAll { $0.isCustom && $0.group == group && $0.plural == plural }
        reindex()
    }

    private mutating func reindex() {
        byPath = [:]
        for (index, type) in types.enumerated() { byPath["\(type.group)/\(type.version)/\(type.plural)"] = index }
    }
}
