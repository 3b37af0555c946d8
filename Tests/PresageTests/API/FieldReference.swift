import Foundation
import KubernetesClient

/// docs/reference.md: every field of the definitions in `crds/`, for whoever reads without a cluster.
struct FieldReference {
    private struct Row: Hashable {
        var path: String
        var type: String
        var text: String
    }

    private var lines = [
        "# Reference", "",
        "Every field of the two custom resources, made from `crds/` by `make reference`; `kubectl explain` says the same on a cluster.",
        "`[]` is an item of a list and `{}` a value by key; after *Refused* stands what `kubectl apply` says of what cannot be (1.29 and newer).",
        "How the fields work together: [api.md](api.md).",
    ]

    static func text() throws -> String {
        var reference = FieldReference()
        let model = try Schema(crd: "forecastmodels")
        let job = try Schema(crd: "trainingjobs")
        reference.kind("ForecastModel", model, like: nil)
        reference.kind("TrainingJob", job, like: model)
        return reference.lines.joined(separator: "\n") + "\n"
    }

    private mutating func kind(_ name: String, _ schema: Schema, like other: Schema?) {
        lines += ["", "## \(name)", "", Self.inline(schema.json["description"]?.stringValue ?? "")]
        for part in ["spec", "status"] {
            guard let schema = schema[part] else { continue }
            lines += ["", "### \(part)"]
            let text = ([schema.json["description"]?.stringValue ?? ""] + Self.rules(schema.json)).filter {
                !$0.isEmpty
            }
            if !text.isEmpty { lines += ["", text.map(Self.inline).joined(separator: " ")] }
            var plain: [Row] = []
            var groups: [(name: String, rows: [Row])] = []
            for (field, property) in schema.properties {
                let rows = Self.rows(field, property, required: Self.required(schema.json).contains(field))
                if rows.count == 1 { plain += rows } else { groups.append((field, rows)) }
            }
            if !plain.isEmpty { table(plain) }
            for group in groups {
                lines += ["", "#### \(part).\(group.name)"]
                let twin = other?[part]?[group.name].map { Self.rows(group.name, $0.json, required: false) }
                if let twin, Set(twin.map(\.path)) == Set(group.rows.map(\.path)) {
                    lines += [
                        "", Self.inline(group.rows[0].text), "",
                        "The fields are those of the ForecastModel's `\(part).\(group.name)`.",
                    ]
                } else {
                    table(group.rows)
                }
            }
        }
    }

    private mutating func table(_ rows: [Row]) {
        lines += ["", "| field | type | |", "|---|---|---|"]
        lines += rows.map { "| `\($0.path)` | \($0.type) | \(Self.inline($0.text)) |" }
    }

    /// A field and all below it.
    private static func rows(_ path: String, _ json: JSONValue, required: Bool) -> [Row] {
        var path = path
        var inner = json
        while true {
            if let items = inner["items"] {
                (path, inner) = (path + "[]", items)
            } else if let values = inner["additionalProperties"], values.objectValue != nil {
                (path, inner) = (path + "{}", values)
            } else {
                break
            }
        }
        let text = [json["description"]?.stringValue, inner["description"]?.stringValue].compactMap { $0 }.prefix(
            json == inner ? 1 : 2)
        let own = Row(
            path: path, type: type(json, inner, required: required),
            text: (text + rules(json) + (json == inner ? [] : rules(inner))).joined(separator: " "))
        let below = inner["properties"]?.objectValue ?? [:]
        return [own]
            + below.flatMap { name, property in
                rows("\(path).\(name)", property, required: Self.required(inner).contains(name))
            }
    }

    private static func required(_ json: JSONValue) -> [String] {
        (json["required"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    /// The type of one item, what it may be, and what it is where nothing is written.
    private static func type(_ json: JSONValue, _ inner: JSONValue, required: Bool) -> String {
        var parts = [
            inner["x-kubernetes-int-or-string"]?.boolValue == true
                ? "integer or string" : inner["type"]?.stringValue ?? "any"
        ]
        if let cases = inner["enum"]?.arrayValue { parts = [cases.map { "`\(written($0))`" }.joined(separator: ", ")] }
        let above = inner["exclusiveMinimum"]?.boolValue == true
        let below = inner["exclusiveMaximum"]?.boolValue == true
        switch (inner["minimum"].map(written), inner["maximum"].map(written)) {
        case (let least?, let most?) where !above && !below: parts.append("\(least) to \(most)")
        case (let least, let most):
            if let least { parts.append("\(above ? "above" : "at least") \(least)") }
            if let most { parts.append("\(below ? "below" : "at most") \(most)") }
        }
        if let usual = json["default"], !["{}", "[]"].contains(written(usual)) {
            parts.append("default `\(written(usual))`")
        }
        if required { parts.append("**required**") }
        return parts.joined(separator: "; ")
    }

    private static func rules(_ json: JSONValue) -> [String] {
        (json["x-kubernetes-validations"]?.arrayValue ?? []).compactMap { $0["message"]?.stringValue }.map {
            "*Refused: \($0).*"
        }
    }

    private static func written(_ value: JSONValue) -> String {
        value.stringValue ?? value.intValue.map(String.init) ?? "\(value)"
    }

    /// On one line, and as no markup of its own.
    private static func inline(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("|", with: "\\|").replacing(
            "<", with: "&lt;")
    }
}
