import Foundation
import KubernetesClient

/// What a manager's `managedFields` entry says of the containers' resources, and how to change that entry.
///
/// An entry lists fields as a tree, `f:` for a field and `k:` for the key of a list's item:
/// `f:spec` / `f:template` / `f:spec` / `f:containers` / `k:{"name":"web"}` / `f:resources` / `f:requests` / `f:cpu`.
/// A server-side apply of `{name, resources}` makes us own `f:name` and the item itself (`.`) too, and then no other
/// manager that applies may rename or remove that container. ``trimmed(_:)`` gives those two back.
struct FieldOwnership {
    static let manager = "presage"

    /// Of containers, and of native sidecars.
    private static let paths: [[JSONPathElement]] = ["f:containers", "f:initContainers"].map {
        ["f:spec", "f:template", "f:spec", $0]
    }

    /// One request or limit that the manager owns.
    struct Leaf: Hashable, Sendable {
        let container: String
        /// `requests` or `limits`.
        let list: String
        /// `cpu`, `memory`, …
        let resource: String
    }

    /// The leaves that our entry on an object holds.
    static func leaves(in managedFields: [JSONValue]) -> Set<Leaf> {
        var leaves: Set<Leaf> = []
        for entry in managedFields where isOurs(entry) {
            for (key, fields) in paths.flatMap({ entry["fieldsV1"]?[path: $0]?.objectValue ?? [:] }) {
                guard let container = containerName(key) else { continue }
                for list in ["requests", "limits"] {
                    for (field, _) in fields[key: "f:resources"]?[key: "f:\(list)"]?.objectValue ?? [:] {
                        guard field.hasPrefix("f:") else { continue }
                        leaves.insert(Leaf(container: container, list: list, resource: String(field.dropFirst(2))))
                    }
                }
            }
        }
        return leaves
    }

    /// When our apply last changed a Deployment, by the server's clock; nil where nothing is ours.
    static func lastApply(to deployment: Deployment) -> Date? {
        deployment.metadata.managedFields.filter { isOurs($0) }.compactMap { $0.time?.date }.max()
    }

    /// The entries with the container items and names taken out of ours, and the leaves that are no longer to be ours; nil where
    /// there is nothing to take out.
    static func trimmed(
        _ managedFields: [JSONValue], keeping isKept: (Leaf) -> Bool = { _ in true }
    ) -> [JSONValue]? {
        var changed = false
        let entries = managedFields.map { entry in
            guard isOurs(entry) else { return entry }
            var entry = entry
            for path in paths {
                guard let containers = entry["fieldsV1"]?[path: path]?.objectValue else { continue }
                entry[path: ["fieldsV1"] + path] = .object(trimmed(containers, keeping: isKept, &changed))
            }
            return entry
        }
        return changed ? entries : nil
    }

    /// The items of one list without what is to be given back.
    private static func trimmed(
        _ containers: JSONObject, keeping isKept: (Leaf) -> Bool, _ changed: inout Bool
    ) -> JSONObject {
        var trimmed = JSONObject()
        for (key, fields) in containers {
            var fields = fields.objectValue ?? [:]
            if fields.removeValue(forKey: ".") != nil { changed = true }
            if fields.removeValue(forKey: "f:name") != nil { changed = true }
            if let container = containerName(key),
                drop(
                    from: &fields,
                    where: { list, resource in !isKept(Leaf(container: container, list: list, resource: resource)) })
            {
                changed = true
            }
            if fields.isEmpty { changed = true } else { trimmed[key] = .object(fields) }
        }
        return trimmed
    }

    /// Takes leaves out of what we own of a container, and what holds nothing then.
    private static func drop(from fields: inout JSONObject, where isDropped: (String, String) -> Bool) -> Bool {
        guard var resources = fields["f:resources"]?.objectValue else { return false }
        var dropped = false
        for list in ["requests", "limits"] {
            guard var values = resources["f:\(list)"]?.objectValue else { continue }
            let names = values.map(\.key).filter { $0.hasPrefix("f:") && isDropped(list, String($0.dropFirst(2))) }
            guard !names.isEmpty else { continue }
            for name in names { values[name] = nil }
            dropped = true
            resources["f:\(list)"] = values.isEmpty ? nil : .object(values)
        }
        if dropped { fields["f:resources"] = resources.isEmpty ? nil : .object(resources) }
        return dropped
    }

    /// The entries without ours: values stay, ownership goes. Nil where we have none.
    static func released(_ managedFields: [JSONValue]) -> [JSONValue]? {
        let others = managedFields.filter { !isOurs($0) }
        return others.count == managedFields.count ? nil : others
    }

    private static func isOurs(_ entry: ManagedFieldsEntry) -> Bool {
        entry.manager == manager && entry.operation == "Apply" && entry.subresource ?? "" == ""
    }

    private static func isOurs(_ entry: JSONValue) -> Bool {
        entry["manager"]?.stringValue == manager && entry["operation"]?.stringValue == "Apply"
            && entry["subresource"]?.stringValue ?? "" == ""
    }

    /// `web` of `k:{"name":"web"}`.
    private static func containerName(_ key: String) -> String? {
        guard key.hasPrefix("k:"), let value = try? JSONValue(parsing: String(key.dropFirst(2))) else { return nil }
        return value["name"]?.stringValue
    }
}
