import KubernetesClient

extension FieldSet {
    /// The set as `fieldsV1`.
    var json: JSONValue {
        let elements = members.union(children.keys).map { ($0, $0.serialized) }.sorted { $0.1 < $1.1 }
        var object = JSONObject()
        for (element, text) in elements {
            guard let child = children[element] else {
                object[text] = [:]
                continue
            }
            var inner = JSONObject()
            if members.contains(element) { inner["."] = [:] }
            for (key, value) in child.json.objectValue ?? [:] { inner[key] = value }
            object[text] = .object(inner)
        }
        return .object(object)
    }

    /// Reads `fieldsV1`; nil where a key is no path element.
    init?(json: JSONValue) {
        self.init()
        guard let object = json.objectValue else { return nil }
        for (key, value) in object {
            if key == "." { continue }
            guard let element = PathElement(serialized: key), let inner = value.objectValue,
                let child = FieldSet(json: value)
            else { return nil }
            if inner.isEmpty || inner["."] != nil { members.insert(element) }
            if !child.isEmpty { children[element] = child }
        }
    }
}
