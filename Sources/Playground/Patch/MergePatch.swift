import KubernetesClient

extension JSONValue {
    /// This value after a JSON Merge Patch (RFC 7386): objects merge, `null` removes, the rest replaces.
    func mergePatched(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var object = objectValue ?? [:]
        for (key, change) in changes {
            if change.isNull {
                object.removeValue(forKey: key)
            } else {
                object[key] = (object[key] ?? [:]).mergePatched(with: change)
            }
        }
        return .object(object)
    }
}
