import KubernetesClient

/// Who manages which fields of an object: `metadata.managedFields`, decoded.
struct ManagedFields: Sendable, Hashable {
    /// Tells managers apart. An applier is one manager whatever version it applied.
    struct Key: Sendable, Hashable {
        var manager: String
        var isApply: Bool
        var apiVersion: String
        var subresource: String

        init(manager: String, isApply: Bool, apiVersion: String, subresource: String) {
            self.manager = manager
            self.isApply = isApply
            self.apiVersion = isApply ? "" : apiVersion
            self.subresource = subresource
        }

        /// As named in a conflict.
        var printed: String {
            var text = JSONValue.string(manager).jsonString()
            if !subresource.isEmpty { text += " with subresource \(JSONValue.string(subresource).jsonString())" }
            if !isApply { text += " using \(apiVersion)" }
            return text
        }
    }

    /// One manager's fields.
    struct Entry: Sendable, Hashable {
        var fields: FieldSet
        var apiVersion: String
        var time: String?
    }

    var entries: [Key: Entry] = [:]

    init() {}

    /// Decodes `metadata.managedFields`; nil where an entry is malformed.
    init?(json: JSONValue?) {
        for entry in json?.arrayValue ?? [] {
            guard let manager = entry["manager"]?.stringValue, let operation = entry["operation"]?.stringValue,
                operation == "Apply" || operation == "Update"
            else { return nil }
            let apiVersion = entry["apiVersion"]?.stringValue ?? ""
            let key = Key(
                manager: manager, isApply: operation == "Apply", apiVersion: apiVersion,
                subresource: entry["subresource"]?.stringValue ?? "")
            guard let fields = FieldSet(json: entry["fieldsV1"] ?? [:]) else { return nil }
            let earlier = entries[key]?.fields ?? FieldSet()
            entries[key] = Entry(
                fields: earlier.union(fields), apiVersion: apiVersion, time: entry["time"]?.stringValue)
        }
    }

    /// `metadata.managedFields`: appliers first, then by time and name.
    var json: JSONValue {
        let sorted = entries.sorted { left, right in
            if left.key.isApply != right.key.isApply { return left.key.isApply }
            let times = (left.value.time ?? "", right.value.time ?? "")
            if times.0 != times.1 { return times.0 < times.1 }
            return (left.key.manager, left.key.subresource) < (right.key.manager, right.key.subresource)
        }
        return .array(
            sorted.map { key, entry in
                var object: JSONObject = [
                    "manager": .string(key.manager), "operation": key.isApply ? "Apply" : "Update",
                    "apiVersion": .string(entry.apiVersion),
                ]
                if let time = entry.time { object["time"] = .string(time) }
                object["fieldsType"] = "FieldsV1"
                object["fieldsV1"] = entry.fields.json
                if !key.subresource.isEmpty { object["subresource"] = .string(key.subresource) }
                return .object(object)
            })
    }
}
