import Foundation
import KubernetesClient

/// The schema of a custom resource, compiled from `openAPIV3Schema` of its definition.
final class StructuralSchema: Sendable {
    /// What `additionalProperties` allows.
    enum Additional: Sendable {
        case none
        case any
        case schema(StructuralSchema)
    }

    /// A rule of `x-kubernetes-validations` that the playground knows: a value, or which of its fields are set, never
    /// changes.
    struct Immutability: Sendable {
        /// The fields that are neither added nor removed; nil for all of the value.
        var fields: [String]?
        var message: String

        /// Whether a change keeps the rule.
        func allows(_ value: JSONValue, after old: JSONValue) -> Bool {
            guard let fields else { return value == old }
            return fields.allSatisfy { (value[key: $0] == nil) == (old[key: $0] == nil) }
        }
    }

    /// A rule of `x-kubernetes-validations` that the playground knows: exactly one of several fields is set.
    struct Choice: Sendable {
        var fields: [String]
        var message: String

        /// Whether a value keeps the rule.
        func allows(_ value: JSONValue) -> Bool { fields.count { value[key: $0] != nil } == 1 }
    }

    /// Bounds of numbers, lengths and counts.
    struct Limits: Sendable {
        var minimum: Double?
        var maximum: Double?
        var exclusiveMinimum = false
        var exclusiveMaximum = false
        var multipleOf: Double?
        var minLength: Int?
        var maxLength: Int?
        var minItems: Int?
        var maxItems: Int?
        var minProperties: Int?
        var maxProperties: Int?
    }

    /// Kubernetes' extensions.
    struct Extensions: Sendable {
        var preservesUnknown = false
        var isIntOrString = false
        var isEmbeddedResource = false
        var listType = "atomic"
        var listMapKeys: [String] = []
        var mapType = "granular"
    }

    let type: String?
    let isNullable: Bool
    let properties: [String: StructuralSchema]
    let required: [String]
    let additional: Additional
    let items: StructuralSchema?
    let allowedValues: [JSONValue]
    let pattern: String?
    let expression: NSRegularExpression?
    let format: String?
    let limits: Limits
    let extensions: Extensions
    let defaultValue: JSONValue?
    let immutability: Immutability?
    let choice: Choice?
    let allOf: [StructuralSchema]
    let anyOf: [StructuralSchema]
    let oneOf: [StructuralSchema]
    let not: StructuralSchema?

    /// Compiles a schema.
    init(_ json: JSONValue) {
        type = json["type"]?.stringValue
        isNullable = json["nullable"]?.boolValue ?? false
        properties = Dictionary(
            (json["properties"]?.objectValue ?? [:]).map { ($0.key, StructuralSchema($0.value)) },
            uniquingKeysWith: { first, _ in first })
        required = json["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        switch json["additionalProperties"] {
        case .bool(true)?: additional = .any
        case .object(let object)?: additional = .schema(StructuralSchema(.object(object)))
        default: additional = .none
        }
        items = json["items"].map { StructuralSchema($0) }
        allowedValues = json["enum"]?.arrayValue ?? []
        pattern = json["pattern"]?.stringValue
        expression = pattern.flatMap { try? NSRegularExpression(pattern: $0) }
        format = json["format"]?.stringValue
        limits = Self.limits(json)
        extensions = Self.extensions(json)
        defaultValue = json["default"]
        immutability = Self.immutability(json)
        choice = Self.choice(json)
        allOf = Self.list(json["allOf"])
        anyOf = Self.list(json["anyOf"])
        oneOf = Self.list(json["oneOf"])
        not = json["not"].map { StructuralSchema($0) }
    }

    private static func list(_ json: JSONValue?) -> [StructuralSchema] {
        (json?.arrayValue ?? []).map { StructuralSchema($0) }
    }

    private static func limits(_ json: JSONValue) -> Limits {
        Limits(
            minimum: json["minimum"]?.doubleValue, maximum: json["maximum"]?.doubleValue,
            exclusiveMinimum: json["exclusiveMinimum"]?.boolValue ?? false,
            exclusiveMaximum: json["exclusiveMaximum"]?.boolValue ?? false,
            multipleOf: json["multipleOf"]?.doubleValue, minLength: json["minLength"]?.intValue,
            maxLength: json["maxLength"]?.intValue, minItems: json["minItems"]?.intValue,
            maxItems: json["maxItems"]?.intValue, minProperties: json["minProperties"]?.intValue,
            maxProperties: json["maxProperties"]?.intValue)
    }

    private static func extensions(_ json: JSONValue) -> Extensions {
        Extensions(
            preservesUnknown: json["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false,
            isIntOrString: json["x-kubernetes-int-or-string"]?.boolValue ?? false,
            isEmbeddedResource: json["x-kubernetes-embedded-resource"]?.boolValue ?? false,
            listType: json["x-kubernetes-list-type"]?.stringValue ?? "atomic",
            listMapKeys: json["x-kubernetes-list-map-keys"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            mapType: json["x-kubernetes-map-type"]?.stringValue ?? "granular")
    }

    /// The rules, without spaces, each with what is said where it does not hold.
    private static func rules(_ json: JSONValue) -> [(text: String, message: String)] {
        (json["x-kubernetes-validations"]?.arrayValue ?? []).map { rule in
            let text = rule["rule"]?.stringValue ?? ""
            return (text.filter { $0 != " " && $0 != "\n" }, rule["message"]?.stringValue ?? "failed rule: \(text)")
        }
    }

    private static func immutability(_ json: JSONValue) -> Immutability? {
        for (text, message) in rules(json) {
            if text == "self==oldSelf" || text == "oldSelf==self" { return Immutability(message: message) }
            if let fields = keptFields(text) { return Immutability(fields: fields, message: message) }
        }
        return nil
    }

    /// The fields of a rule such as `[has(self.a), has(self.b)].filter(x, x == true).size() == 1`.
    private static func choice(_ json: JSONValue) -> Choice? {
        for (text, message) in rules(json) {
            guard text.hasPrefix("["), text.hasSuffix("].filter(x,x==true).size()==1") else { continue }
            let fields = text.dropFirst().prefix { $0 != "]" }.split(separator: ",")
            guard fields.allSatisfy({ $0.hasPrefix("has(self.") }) else { continue }
            return Choice(fields: fields.map { String($0.dropFirst("has(self.".count).dropLast()) }, message: message)
        }
        return nil
    }

    /// The fields of a rule such as `has(self.a) == has(oldSelf.a) && has(self.b) == has(oldSelf.b)`; nil where it is none.
    private static func keptFields(_ rule: String) -> [String]? {
        var fields: [String] = []
        for part in rule.split(separator: "&&") {
            let sides = part.split(separator: "==")
            guard sides.count == 2, sides[0].hasPrefix("has(self."), sides[1].hasPrefix("has(oldSelf."),
                sides[0].dropFirst("has(self.".count) == sides[1].dropFirst("has(oldSelf.".count)
            else { return nil }
            fields.append(String(sides[0].dropFirst("has(self.".count).dropLast()))
        }
        return fields.isEmpty ? nil : fields
    }
}
