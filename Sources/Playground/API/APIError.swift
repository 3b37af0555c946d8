import KubernetesClient

/// A refusal as the Kubernetes API words it: it becomes a `Status` object with an HTTP status code.
struct APIError: Error, Sendable, Hashable {
    /// One entry of `details.causes`.
    struct Cause: Sendable, Hashable {
        var reason: String
        var message: String
        var field: String?
    }

    var code: Int
    var reason: String
    var message: String
    var name: String?
    var group: String?
    var kind: String?
    var uid: String?
    var causes: [Cause] = []
    var retryAfterSeconds: Int?

    /// The `Status` object that a client receives.
    var status: JSONValue {
        var details = JSONObject()
        if let name { details["name"] = .string(name) }
        if let group, !group.isEmpty { details["group"] = .string(group) }
        if let kind { details["kind"] = .string(kind) }
        if let uid { details["uid"] = .string(uid) }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map { cause in
                    var object: JSONObject = ["reason": .string(cause.reason), "message": .string(cause.message)]
                    if let field = cause.field { object["field"] = .string(field) }
                    return .object(object)
                })
        }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        var status: JSONObject = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason),
        ]
        if !details.isEmpty { status["details"] = .object(details) }
        status["code"] = .int(Int64(code))
        return .object(status)
    }
}

extension APIError {
    static func notFound(_ type: ResourceType, _ name: String) -> APIError {
        APIError(
            code: 404, reason: "NotFound", message: "\(type.qualifiedPlural) \"\(name)\" not found", name: name,
            group: type.group, kind: type.plural)
    }

    static var pathNotFound: APIError {
        APIError(code: 404, reason: "NotFound", message: "the server could not find the requested resource")
    }

    static func alreadyExists(_ type: ResourceType, _ name: String) -> APIError {
        APIError(
            code: 409, reason: "AlreadyExists", message: "\(type.qualifiedPlural) \"\(name)\" already exists",
            name: name, group: type.group, kind: type.plural)
    }

    static func conflict(_ type: ResourceType, _ name: String, _ why: String) -> APIError {
        APIError(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(type.qualifiedPlural) \"\(name)\": \(why)", name: name,
            group: type.group, kind: type.plural)
    }

    static func modified(_ type: ResourceType, _ name: String) -> APIError {
        conflict(
            type, name,
            "the object has been modified; please apply your changes to the latest version and try again")
    }

    static func badRequest(_ message: String) -> APIError {
        APIError(code: 400, reason: "BadRequest", message: message)
    }

    static func forbidden(_ type: ResourceType, _ name: String, _ why: String) -> APIError {
        APIError(
            code: 403, reason: "Forbidden", message: "\(type.qualifiedPlural) \"\(name)\" is forbidden: \(why)",
            name: name, group: type.group, kind: type.plural)
    }

    static var unauthorized: APIError {
        APIError(code: 401, reason: "Unauthorized", message: "Unauthorized")
    }

    static func methodNotAllowed(_ message: String) -> APIError {
        APIError(code: 405, reason: "MethodNotAllowed", message: message)
    }

    static func expired(_ message: String) -> APIError {
        APIError(code: 410, reason: "Expired", message: message)
    }

    static func unsupportedMediaType(_ message: String) -> APIError {
        APIError(code: 415, reason: "UnsupportedMediaType", message: message)
    }

    /// 422 with one cause a field, worded like the server: `Deployment.apps "x" is invalid: spec.a: Required value`.
    static func invalid(_ type: ResourceType, _ name: String, _ errors: [FieldError]) -> APIError {
        invalid(kind: type.kind, group: type.group, name, errors)
    }

    static func invalid(kind: String, group: String, _ name: String, _ errors: [FieldError]) -> APIError {
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        let text = errors.count == 1 ? errors[0].text : "[" + errors.map(\.text).joined(separator: ", ") + "]"
        return APIError(
            code: 422, reason: "Invalid", message: "\(qualified) \"\(name)\" is invalid: \(text)", name: name,
            group: group, kind: kind,
            causes: errors.map { Cause(reason: $0.reason, message: $0.detail, field: $0.field) })
    }
}
