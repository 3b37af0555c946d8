import Foundation
import KubernetesClient

extension StructuralSchema {
    /// The mistakes in a custom resource; `old` is the stored object of an update.
    func errors(resource: JSONValue, old: JSONValue?) -> [FieldError] {
        errors(resource, old, "", skipping: ["apiVersion", "kind", "metadata"])
    }

    private func errors(
        _ value: JSONValue, _ old: JSONValue?, _ path: String, skipping: Set<String> = []
    ) -> [FieldError] {
        if value.isNull {
            return isNullable || type == nil ? [] : [wrongType(value, path)]
        }
        if let mistake = typeError(value, path) { return [mistake] }
        var result: [FieldError] = []
        if let immutability, let old, !immutability.allows(value, after: old) {
            result.append(
                FieldError(
                    field: path.isEmpty ? "<nil>" : path, reason: "FieldValueInvalid",
                    detail: "Invalid value: \(Self.shown(value)): \(immutability.message)"))
        }
        if let choice, !choice.allows(value) {
            result.append(
                FieldError(
                    field: path.isEmpty ? "<nil>" : path, reason: "FieldValueInvalid",
                    detail: "Invalid value: \(Self.shown(value)): \(choice.message)"))
        }
        if !allowedValues.isEmpty, !allowedValues.contains(value) {
            result.append(.unsupported(path, value, allowedValues))
        }
        switch value {
        case .string(let text): result += stringErrors(text, path)
        case .int, .double: result += numberErrors(value, path)
        case .array(let array): result += arrayErrors(array, old?.arrayValue, path)
        case .object(let object): result += objectErrors(object, old?.objectValue, path, skipping)
        case .bool, .null: break
        }
        return result + combinationErrors(value, path, skipping)
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .object: "\"object\""
        case .array: "\"array\""
        default: value.jsonString()
        }
    }

    private func wrongType(_ value: JSONValue, _ path: String) -> FieldError {
        let expected = extensions.isIntOrString ? "integer,string" : type ?? ""
        return .wrongType(
            path, value, "\(path) in body must be of type \(expected): \"\(value.schemaTypeName)\"")
    }

    private func typeError(_ value: JSONValue, _ path: String) -> FieldError? {
        if extensions.isIntOrString {
            switch value {
            case .int, .string: return nil
            default: return wrongType(value, path)
            }
        }
        let fits =
            switch (type, value) {
            case (nil, _), ("string"?, .string), ("boolean"?, .bool), ("object"?, .object), ("array"?, .array),
                ("integer"?, .int), ("number"?, .int), ("number"?, .double):
                true
            case ("integer"?, .double(let number)): number == number.rounded()
            default: false
            }
        return fits ? nil : wrongType(value, path)
    }

    private func stringErrors(_ text: String, _ path: String) -> [FieldError] {
        var result: [FieldError] = []
        let value = JSONValue.string(text)
        if let minimum = limits.minLength, text.unicodeScalars.count < minimum {
            result.append(.invalid(path, value, "\(path) in body should be at least \(minimum) chars long"))
        }
        if let maximum = limits.maxLength, text.unicodeScalars.count > maximum {
            result.append(.tooLong(path, limit: maximum))
        }
        if let pattern, let expression {
            let range = NSRange(text.startIndex..., in: text)
            if expression.firstMatch(in: text, range: range) == nil {
                result.append(.invalid(path, value, "\(path) in body should match '\(pattern)'"))
            }
        }
        if format == "date-time", APITime.parse(text) == nil {
            result.append(.invalid(path, value, "\(path) in body must be of type date-time: \(value.jsonString())"))
        }
        return result
    }

    private func numberErrors(_ value: JSONValue, _ path: String) -> [FieldError] {
        guard let number = value.doubleValue else { return [] }
        var result: [FieldError] = []
        func add(_ text: String) { result.append(.invalid(path, value, "\(path) in body should be \(text)")) }
        if let minimum = limits.minimum, number < minimum || (limits.exclusiveMinimum && number == minimum) {
            add("greater than \(limits.exclusiveMinimum ? "" : "or equal to ")\(Self.plain(minimum))")
        }
        if let maximum = limits.maximum, number > maximum || (limits.exclusiveMaximum && number == maximum) {
            add("less than \(limits.exclusiveMaximum ? "" : "or equal to ")\(Self.plain(maximum))")
        }
        if let multiple = limits.multipleOf, multiple > 0, (number / multiple).rounded() * multiple != number {
            add("a multiple of \(Self.plain(multiple))")
        }
        if format == "int32", number < -2_147_483_648 || number > 2_147_483_647 {
            add("of format int32")
        }
        return result
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    private func arrayErrors(_ array: [JSONValue], _ old: [JSONValue]?, _ path: String) -> [FieldError] {
        var result: [FieldError] = []
        if let minimum = limits.minItems, array.count < minimum {
            result.append(
                .invalid(path, .int(Int64(array.count)), "\(path) in body should have at least \(minimum) items"))
        }
        if let maximum = limits.maxItems, array.count > maximum {
            result.append(
                FieldError(
                    field: path, reason: "FieldValueTooMany",
                    detail: "Too many: \(array.count): must have at most \(maximum) items"))
        }
        let listShape = shape
        var seen: Set<PathElement> = []
        var before: [PathElement: JSONValue] = [:]
        for (index, item) in (old ?? []).enumerated() { before[listShape.element(of: item, at: index)] = item }
        for (index, item) in array.enumerated() {
            let element = listShape.element(of: item, at: index)
            if extensions.listType == "map" || extensions.listType == "set", !seen.insert(element).inserted {
                result.append(.duplicate("\(path)[\(index)]", element.shownValue))
            }
            let previous = extensions.listType == "map" ? before[element] : nil
            result += items?.errors(item, previous, "\(path)[\(index)]") ?? []
        }
        return result
    }

    private func objectErrors(
        _ object: JSONObject, _ old: JSONObject?, _ path: String, _ skipping: Set<String>
    ) -> [FieldError] {
        var result: [FieldError] = []
        func below(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        for key in required where object[key] == nil { result.append(.required(below(key))) }
        if let minimum = limits.minProperties, object.count < minimum {
            let count = JSONValue.int(Int64(object.count))
            result.append(.invalid(path, count, "\(path) in body should have at least \(minimum) properties"))
        }
        if let maximum = limits.maxProperties, object.count > maximum {
            result.append(
                FieldError(
                    field: path, reason: "FieldValueTooMany",
                    detail: "Too many: \(object.count): must have at most \(maximum) items"))
        }
        for (key, value) in object where !skipping.contains(key) {
            if let schema = properties[key] {
                result += schema.errors(value, old?[key], below(key))
            } else if case .schema(let schema) = additional {
                result += schema.errors(value, old?[key], below(key))
            }
        }
        return result
    }

    private func combinationErrors(_ value: JSONValue, _ path: String, _ skipping: Set<String>) -> [FieldError] {
        var result: [FieldError] = []
        func fits(_ schema: StructuralSchema) -> Bool {
            schema.errors(value, nil, path, skipping: skipping).isEmpty
        }
        func add(_ text: String) {
            result.append(
                FieldError(
                    field: path.isEmpty ? "<nil>" : path, reason: "FieldValueInvalid",
                    detail: "Invalid value: \(Self.shown(value)): \"\(path)\" must \(text)"))
        }
        for schema in allOf { result += schema.errors(value, nil, path, skipping: skipping) }
        if !anyOf.isEmpty, !extensions.isIntOrString, !anyOf.contains(where: fits) {
            add("validate at least one schema (anyOf)")
        }
        if !oneOf.isEmpty {
            let count = oneOf.count(where: fits)
            if count != 1 {
                let found = count == 0 ? "none valid" : "\(count) valid alternatives"
                add("validate one and only one schema (oneOf). Found \(found)")
            }
        }
        if let not, fits(not) { add("not validate the schema (not)") }
        return result
    }
}

extension PathElement {
    fileprivate var shownValue: JSONValue {
        switch self {
        case .field(let name): .string(name)
        case .key(let key): .object(key)
        case .value(let value): value
        case .index(let index): .int(Int64(index))
        }
    }
}
