import Foundation
import KubernetesClient
import Testing

/// The repository's files, found from this one.
enum Repository {
    static var root: URL {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent("crds").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
    }
}

/// A CRD's schema, and what the tests ask of it.
struct Schema {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    /// The schema of a CRD in `crds/`.
    init(crd plural: String) throws {
        let crd = try #require(try YAML.parse(try Repository.bytes("crds/presage.dev_\(plural).yaml")).first)
        json = try #require(crd["spec", "versions", 0, "schema", "openAPIV3Schema"])
    }

    subscript(name: String) -> Schema? { json["properties"]?[key: name].map(Schema.init) }

    var properties: JSONObject { json["properties"]?.objectValue ?? [:] }
    var items: Schema? { json["items"].map(Schema.init) }

    /// The schema at a path; `[]` steps into a list.
    func at(_ path: String...) throws -> Schema {
        try path.reduce(self) { schema, step in try #require(step == "[]" ? schema.items : schema[step], "\(path)") }
    }

    /// The value with every default filled in, as an API server does.
    func defaulting(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var object):
            for (name, property) in properties {
                if object[name] == nil { object[name] = property["default"] }
                if let present = object[name] { object[name] = Schema(property).defaulting(present) }
            }
            return .object(object)
        case .array(let array):
            return .array(array.map { items?.defaulting($0) ?? $0 })
        default: return value
        }
    }

    /// Where the fields of a value, every one set, and of the schema are not the same.
    func differences(from value: JSONValue, path: String) -> [String] {
        switch value {
        case .object(let object):
            // Maps of labels have no fields of their own.
            if json["additionalProperties"] != nil { return [] }
            let missing = object.keys.filter { self[$0] == nil }.map { "\(path).\($0) is not in the schema" }
            let unknown = properties.keys.filter { object[$0] == nil }.map { "\(path).\($0) is not in the Swift type" }
            return missing + unknown
                + object.flatMap { key, value in self[key]?.differences(from: value, path: "\(path).\(key)") ?? [] }
        case .array(let array):
            return array.flatMap { items?.differences(from: $0, path: "\(path)[]") ?? ["\(path) has no items"] }
        default: return []
        }
    }

    /// Every schema below this one, with its path.
    func walk(_ path: String = "") -> [(path: String, schema: Schema)] {
        [(path, self)] + properties.flatMap { Schema($0.value).walk("\(path).\($0.key)") }
            + (items?.walk("\(path)[]") ?? [])
    }
}

extension JSONValue {
    /// Whole doubles as integers: YAML's `0` and Swift's `0.0` are the same number.
    var normalized: JSONValue {
        switch self {
        case .double(let number): Int64(exactly: number).map(JSONValue.int) ?? self
        case .array(let array): .array(array.map(\.normalized))
        case .object(let object): .object(JSONObject(object.map { (key: $0.key, value: $0.value.normalized) }))
        default: self
        }
    }
}
