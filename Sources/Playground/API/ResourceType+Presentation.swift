import KubernetesClient

extension ResourceType {
    /// A stored object in this version.
    func presented(_ stored: JSONValue) -> JSONValue {
        if storedAs == .events { return renamed(stored, Self.eventFields.map { ($1, $0) }, apiVersion) }
        guard isCustom else { return stored }
        var object = stored
        object["apiVersion"] = .string(apiVersion)
        return object
    }

    /// An object of this version as it is stored.
    func ingested(_ object: JSONValue) -> JSONValue {
        storedAs == .events ? renamed(object, Self.eventFields, "v1") : object
    }

    /// Fields of `events.k8s.io/v1` and their names in the core API.
    private static let eventFields: [(String, String)] = [
        ("regarding", "involvedObject"), ("note", "message"), ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"), ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"), ("deprecatedCount", "count"),
    ]

    private func renamed(_ object: JSONValue, _ fields: [(String, String)], _ apiVersion: String) -> JSONValue {
        let names = Dictionary(uniqueKeysWithValues: fields)
        var result = JSONObject()
        for (key, value) in object.objectValue ?? [:] { result[names[key] ?? key] = value }
        result["apiVersion"] = .string(apiVersion)
        return .object(result)
    }
}
