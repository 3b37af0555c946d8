import KubernetesClient

/// Conditions in a status.
enum Conditions {
    static func holds(_ object: JSONValue, _ type: String) -> Bool {
        object["status", "conditions"]?.arrayValue?.contains {
            $0["type"]?.stringValue == type && $0["status"] == "True"
        } ?? false
    }

    /// Sets a condition; its transition time moves only with its status.
    static func set(
        _ status: inout JSONValue, _ type: String, _ value: String, reason: String, message: String, at time: String,
        extraTimes: [String] = []
    ) {
        var conditions = status["conditions"]?.arrayValue ?? []
        let index = conditions.firstIndex { $0["type"]?.stringValue == type }
        let old = index.map { conditions[$0] }
        let isSame = old?["status"]?.stringValue == value
        let isUnchanged = isSame && old?["reason"]?.stringValue == reason && old?["message"]?.stringValue == message
        if isUnchanged { return }
        var condition: JSONObject = [
            "type": .string(type), "status": .string(value), "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": isSame ? old?["lastTransitionTime"] ?? .string(time) : .string(time),
        ]
        for field in extraTimes { condition[field] = .string(time) }
        if let index { conditions[index] = .object(condition) } else { conditions.append(.object(condition)) }
        status["conditions"] = .array(conditions)
    }
}
