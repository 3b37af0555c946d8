import KubernetesClient

/// A label selector: all requirements must hold.
struct LabelSelector: Sendable, Hashable {
    enum Requirement: Sendable, Hashable {
        case isOneOf(String, [String])
        case isNoneOf(String, [String])
        case exists(String)
        case isAbsent(String)
    }

    var requirements: [Requirement] = []

    /// Parses `app=web,tier!=db,env in (a,b),!legacy`.
    init(_ text: String) throws(APIError) {
        for part in Self.split(text) {
            let trimmed = part.trimmed
            if trimmed.isEmpty { continue }
            if let (key, values) = Self.set(trimmed, " notin ") {
                requirements.append(.isNoneOf(key, values))
            } else if let (key, values) = Self.set(trimmed, " in ") {
                requirements.append(.isOneOf(key, values))
            } else if let (key, value) = trimmed.cut("!=") {
                requirements.append(.isNoneOf(key.trimmed, [value.trimmed]))
            } else if let (key, value) = trimmed.cut("==") ?? trimmed.cut("=") {
                requirements.append(.isOneOf(key.trimmed, [value.trimmed]))
            } else if trimmed.hasPrefix("!") {
                requirements.append(.isAbsent(String(trimmed.dropFirst()).trimmed))
            } else if trimmed.contains(" ") || trimmed.contains("(") {
                throw .badRequest("unable to parse requirement: found '\(trimmed)', expected: a label selector")
            } else {
                requirements.append(.exists(trimmed))
            }
        }
    }

    /// The selector of a workload: `matchLabels` and `matchExpressions`.
    init(json: JSONValue) {
        for (key, value) in json["matchLabels"]?.objectValue ?? [:] {
            requirements.append(.isOneOf(key, [value.stringValue ?? ""]))
        }
        for expression in json["matchExpressions"]?.arrayValue ?? [] {
            guard let key = expression["key"]?.stringValue else { continue }
            let values = (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            switch expression["operator"]?.stringValue {
            case "In"?: requirements.append(.isOneOf(key, values))
            case "NotIn"?: requirements.append(.isNoneOf(key, values))
            case "Exists"?: requirements.append(.exists(key))
            case "DoesNotExist"?: requirements.append(.isAbsent(key))
            default: break
            }
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        if requirements.isEmpty { return true }
        let labels = object["metadata", "labels"]?.objectValue ?? [:]
        return requirements.allSatisfy { requirement in
            switch requirement {
            case .isOneOf(let key, let values): labels[key]?.stringValue.map(values.contains) ?? false
            case .isNoneOf(let key, let values): !(labels[key]?.stringValue.map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .isAbsent(let key): labels[key] == nil
            }
        }
    }

    /// At commas outside parentheses.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func set(_ text: String, _ operation: String) -> (String, [String])? {
        guard let (key, list) = text.cut(operation), list.trimmed.hasPrefix("("), list.trimmed.hasSuffix(")") else {
            return nil
        }
        let values = list.trimmed.dropFirst().dropLast().split(separator: ",").map { String($0).trimmed }
        return (key.trimmed, values)
    }
}

/// A field selector: paths compared for equality.
struct FieldSelector: Sendable, Hashable {
    struct Term: Sendable, Hashable {
        var path: String
        var value: String
        var isEqual: Bool
    }

    var terms: [Term] = []

    /// The name that the selector asks for, if it does.
    var name: String? { terms.first { $0.path == "metadata.name" && $0.isEqual }?.value }

    /// Parses `metadata.name=x,involvedObject.uid!=y`; refuses fields that the kind cannot be selected by.
    init(_ text: String, _ type: ResourceType) throws(APIError) {
        for part in text.split(separator: ",") where !part.isEmpty {
            let part = String(part)
            let isEqual = !part.contains("!=")
            guard let (path, value) = part.cut("!=") ?? part.cut("==") ?? part.cut("=") else {
                throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'")
            }
            guard Self.allowed(path, type) else {
                throw .badRequest("field label not supported: \(path)")
            }
            terms.append(Term(path: path, value: value, isEqual: isEqual))
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        terms.allSatisfy { term in
            let path = term.path.split(separator: ".").map { JSONPathElement.key(String($0)) }
            let value = object[path: path]
            let text = value?.stringValue ?? value.map { $0.isNull ? "" : $0.description } ?? ""
            return (text == term.value) == term.isEqual
        }
    }

    private static func allowed(_ path: String, _ type: ResourceType) -> Bool {
        if path == "metadata.name" || (path == "metadata.namespace" && type.namespaced) { return true }
        return switch type.key {
        case .events:
            path.hasPrefix("involvedObject.") || path.hasPrefix("regarding.") || path == "reason" || path == "type"
                || path == "reportingComponent" || path == "source"
        case .pods:
            ["spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP"]
                .contains(path)
        case .secrets: path == "type"
        case .namespaces: path == "status.phase"
        case .jobs: path == "status.successful"
        default: false
        }
    }
}

extension String {
    var trimmed: String {
        var view = Substring(self)
        while view.first?.isWhitespace == true { view.removeFirst() }
        while view.last?.isWhitespace == true { view.removeLast() }
        return String(view)
    }

    /// The texts before and after the first `separator`; nil where it does not occur.
    func cut(_ separator: String) -> (String, String)? {
        guard let range = firstRange(of: separator) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}
