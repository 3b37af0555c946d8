import KubernetesClient

/// A mistake in one field, worded as Kubernetes words it.
struct FieldError: Error, Sendable, Hashable {
    /// The path, such as `spec.template.spec.containers[0].image`.
    var field: String
    /// A reason such as `FieldValueRequired`.
    var reason: String
    /// The text after the path.
    var detail: String

    var text: String { "\(field): \(detail)" }

    static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(
            field: field, reason: "FieldValueRequired",
            detail: detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }

    static func invalid(_ field: String, _ value: JSONValue?, _ detail: String) -> FieldError {
        FieldError(
            field: field, reason: "FieldValueInvalid", detail: "Invalid value: \(shown(value)): \(detail)")
    }

    static func wrongType(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(
            field: field, reason: "FieldValueTypeInvalid",
            detail: "Invalid value: \"\(value.schemaTypeName)\": \(detail)")
    }

    static func unsupported(_ field: String, _ value: JSONValue, _ allowed: [JSONValue]) -> FieldError {
        let list = allowed.map { shown($0) }.joined(separator: ", ")
        return FieldError(
            field: field, reason: "FieldValueNotSupported",
            detail: "Unsupported value: \(shown(value)): supported values: \(list)")
    }

    static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(field: field, reason: "FieldValueDuplicate", detail: "Duplicate value: \(shown(value))")
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(field: field, reason: "FieldValueForbidden", detail: "Forbidden: \(detail)")
    }

    static func tooLong(_ field: String, limit: Int) -> FieldError {
        FieldError(
            field: field, reason: "FieldValueTooLong",
            detail: "Too long: may not be more than \(limit) bytes")
    }

    private static func shown(_ value: JSONValue?) -> String { (value ?? .null).jsonString(.sortedKeys) }
}

extension JSONValue {
    /// The name of the value's JSON schema type.
    var schemaTypeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
