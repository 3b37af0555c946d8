import KubernetesClient

/// Keeps track of field ownership through updates and applies, after the rules of server-side apply.
///
/// See "Server-Side Apply" in the Kubernetes documentation and KEP-555.
struct FieldManager: Sendable {
    var shape: Shape
    var apiVersion: String
    /// `status`, or empty for the main resource.
    var subresource: String
    /// Top-level fields that this endpoint does not write; their ownership stays as it is.
    var ignored: Set<String>
    /// The time written into entries that change.
    var time: String

    /// The ownership after `manager` replaced `live` by `updated`.
    func update(_ managed: ManagedFields, live: JSONValue, updated: JSONValue, manager: String) -> ManagedFields {
        let before = stripped(live)
        let after = stripped(updated)
        let comparison = filtered(Comparison(old: before, new: after, shape: shape))
        let key = ManagedFields.Key(
            manager: manager, isApply: false, apiVersion: apiVersion, subresource: subresource)
        var result = managed
        yield(&result, comparison, except: key)
        let own = managed.entries[key]?.fields ?? FieldSet()
        let fields = own.subtracting(comparison.removed).union(comparison.modified).union(comparison.added)
        set(&result, key, fields, was: managed.entries[key])
        return result
    }

    /// The object and ownership after `manager` applied `applied` onto `live`.
    ///
    /// Refuses with a conflict where the apply changes what another manager owns, unless forced.
    func apply(
        _ managed: ManagedFields, live: JSONValue, applied: JSONValue, manager: String, force: Bool
    ) throws(APIError) -> (object: JSONValue, managed: ManagedFields) {
        let key = ManagedFields.Key(
            manager: manager, isApply: true, apiVersion: apiVersion, subresource: subresource)
        let last = managed.entries[key]
        let wanted = withoutIgnored(FieldSet(of: stripped(applied), shape: shape)).withoutServerMetadata
        let base = live
        var merged = base.merging(applied, shape: shape)
        var next = managed
        next.entries[key] = ManagedFields.Entry(fields: wanted, apiVersion: apiVersion, time: last?.time)
        if let last, !last.fields.isEmpty {
            merged = pruned(merged, last.fields, next)
        }
        let comparison = filtered(Comparison(old: stripped(base), new: stripped(merged), shape: shape))
        let changed = comparison.modified.union(comparison.added)
        if !force {
            let conflicts = next.entries.compactMap { other, entry -> (ManagedFields.Key, FieldSet)? in
                guard other != key else { return nil }
                let both = entry.fields.intersection(changed)
                return both.isEmpty ? nil : (other, both)
            }
            if !conflicts.isEmpty { throw .applyConflict(conflicts) }
        }
        yield(&next, comparison, except: key)
        set(&next, key, wanted, was: last)
        return (merged, next)
    }

    /// Takes from all managers but `writer` what was changed or removed under them.
    private func yield(_ managed: inout ManagedFields, _ comparison: Comparison, except writer: ManagedFields.Key) {
        let changed = comparison.modified.union(comparison.added).union(comparison.removed)
        for (key, entry) in managed.entries where key != writer {
            let rest = entry.fields.subtracting(changed)
            if rest.isEmpty {
                managed.entries[key] = nil
            } else {
                managed.entries[key]?.fields = rest
            }
        }
    }

    private func set(
        _ managed: inout ManagedFields, _ key: ManagedFields.Key, _ fields: FieldSet, was: ManagedFields.Entry?
    ) {
        if fields.isEmpty {
            managed.entries[key] = nil
        } else if let was, was.fields == fields, was.apiVersion == apiVersion {
            managed.entries[key] = was
        } else {
            managed.entries[key] = ManagedFields.Entry(fields: fields, apiVersion: apiVersion, time: time)
        }
    }

    /// Removes what this manager applied last time, no longer applies, and nobody else owns.
    private func pruned(_ merged: JSONValue, _ last: FieldSet, _ managed: ManagedFields) -> JSONValue {
        let former = last.ensuringNamedFields(shape)
        let without = merged.removing(former, shape: shape) ?? [:]
        var owned = FieldSet()
        for entry in managed.entries.values { owned = owned.union(entry.fields) }
        let all = FieldSet(of: merged, shape: shape).ensuringNamedFields(shape)
        let kept = FieldSet(of: without, shape: shape).ensuringNamedFields(shape)
        let gone = all.subtracting(kept).subtracting(owned.ensuringNamedFields(shape)).intersection(former)
        return merged.removing(gone, shape: shape) ?? [:]
    }

    private func filtered(_ comparison: Comparison) -> Comparison {
        var result = comparison
        result.added = withoutIgnored(comparison.added).withoutServerMetadata
        result.removed = withoutIgnored(comparison.removed).withoutServerMetadata
        result.modified = withoutIgnored(comparison.modified).withoutServerMetadata
        return result
    }

    private func withoutIgnored(_ set: FieldSet) -> FieldSet {
        subresource.isEmpty ? set.droppingTopLevel(ignored) : set.keepingTopLevel([subresource])
    }

    /// `managedFields` describes the rest of the object, never itself.
    private func stripped(_ object: JSONValue) -> JSONValue {
        var result = object
        result["metadata", "managedFields"] = nil
        return result
    }
}

extension FieldSet {
    /// Without what the server fills and nobody owns.
    fileprivate var withoutServerMetadata: FieldSet {
        var result = self
        for name in ["apiVersion", "kind", "metadata"] { result.remove([.field(name)]) }
        for name in [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields",
            "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
        ] {
            result.remove([.field("metadata"), .field(name)])
        }
        return result
    }
}

extension APIError {
    /// 409 of a server-side apply: the managers' names stand in the messages only.
    static func applyConflict(_ conflicts: [(ManagedFields.Key, FieldSet)]) -> APIError {
        let sorted = conflicts.sorted { $0.0.printed < $1.0.printed }
        var causes: [Cause] = []
        var lines: [String] = []
        for (key, fields) in sorted {
            lines.append("conflicts with \(key.printed):")
            for path in fields.paths {
                let printed = path.map(\.printed).joined()
                causes.append(
                    Cause(reason: "FieldManagerConflict", message: "conflict with \(key.printed)", field: printed))
                lines.append("- \(printed)")
            }
        }
        let message =
            causes.count == 1
            ? "Apply failed with 1 conflict: \(causes[0].message): \(causes[0].field ?? "")"
            : "Apply failed with \(causes.count) conflicts: \(lines.joined(separator: "\n"))"
        return APIError(code: 409, reason: "Conflict", message: message, causes: causes)
    }
}
