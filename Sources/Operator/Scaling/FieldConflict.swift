import Foundation
import KubernetesClient

/// One field of a container's resources that a server-side apply was refused for, and who owns it.
struct FieldConflict: Hashable, Sendable {
    let container: String
    /// `requests` or `limits`.
    let list: String
    let resource: String
    let manager: String

    /// Reads the conflicts of an error. Empty where it was not one of fields: a stale resource version is a 409 too.
    ///
    /// A field is written `.spec.template.spec.containers[name="web"].resources.requests.cpu`.
    static func conflicts(in error: KubernetesError) -> [FieldConflict] {
        error.fieldManagerConflicts.compactMap { conflict in
            guard let start = conflict.field.range(of: "[name=\"")?.upperBound,
                let end = conflict.field.range(of: "\"].resources.", range: start..<conflict.field.endIndex)
            else { return nil }
            let path = conflict.field[end.upperBound...].split(separator: ".", maxSplits: 1).map(String.init)
            guard path.count == 2 else { return nil }
            return FieldConflict(
                container: String(conflict.field[start..<end.lowerBound]), list: path[0], resource: path[1],
                manager: conflict.manager)
        }
    }

    /// What to tell the person who owns the model: who holds what, and the two ways out.
    static func explanation(_ conflicts: [FieldConflict], target: String) -> String {
        let byManager = Dictionary(grouping: conflicts, by: \.manager).sorted { $0.key < $1.key }
        let held = byManager.map { manager, conflicts in
            let fields = Set(conflicts.map { "\($0.container).\($0.resource)" }).sorted().joined(separator: ", ")
            return "\"\(manager)\" owns \(fields)"
        }.joined(separator: "; ")
        let managers = byManager.map { "\"\($0.key)\"" }.joined(separator: ", ")
        return """
            \(held) of \(target), so nothing was changed there. Either set spec.scaling.conflictPolicy: TakeOwnership, \
            or leave these resources out of the manifest that \(managers) applies.
            """
    }
}
