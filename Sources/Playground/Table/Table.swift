import Foundation
import KubernetesClient

/// The `Table` form of lists, objects and watch events, which kubectl prints.
struct Table: Sendable {
    /// What of an object goes into its row.
    enum Included: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    var type: ResourceType
    var included: Included
    var now: Date
    private let paths: [JSONPath?]

    init(type: ResourceType, included: Included, now: Date) {
        self.type = type
        self.included = included
        self.now = now
        paths = type.columns.map { JSONPath($0.jsonPath) }
    }

    /// A table of `objects`; `metadata` is that of the list.
    func json(_ objects: [JSONValue], metadata: JSONValue, withColumns: Bool = true) -> JSONValue {
        let columns = type.columns.map { column -> JSONValue in
            [
                "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
                "description": .string(column.description), "priority": .int(Int64(column.priority)),
            ]
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": .array(withColumns ? columns : []), "rows": .array(objects.map { row($0) }),
        ]
    }

    private func row(_ object: JSONValue) -> JSONValue {
        let cells = type.isCustom ? customCells(object) : BuiltInColumns.cells(object, type, now: now)
        var row: JSONObject = ["cells": .array(cells)]
        switch included {
        case .none: break
        case .object: row["object"] = object
        case .metadata: row["object"] = Self.partial(object)
        }
        return .object(row)
    }

    /// Metadata only.
    static func partial(_ object: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:],
        ]
    }

    private func customCells(_ object: JSONValue) -> [JSONValue] {
        zip(type.columns, paths).map { column, path in
            if column.jsonPath.isEmpty { return .string(object.name) }
            guard let values = path?.values(in: object), let first = values.first else {
                return column.type == "date" ? "<unknown>" : .null
            }
            switch column.type {
            case "date": return .string(HumanDuration.since(first.stringValue, now: now))
            case "integer": return first.intValue.map { .int(Int64($0)) } ?? .null
            case "number": return first.doubleValue.map { .double($0) } ?? .null
            case "boolean": return first.boolValue.map { .bool($0) } ?? .null
            default:
                let texts = values.map { $0.stringValue ?? $0.description }
                return .string(texts.joined(separator: ","))
            }
        }
    }
}
