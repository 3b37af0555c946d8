import KubernetesClient

/// Deletion through owner references, in the same step as the owner's.
extension ClusterState {
    /// Background: deletes what an owner that is gone leaves behind, unless another owner still exists.
    mutating func collectDependents(of owner: JSONValue) {
        for key in (dependents[owner.uid] ?? []).sorted() {
            guard let dependent = object(key.resource, key.name), let type = registry.type(key.resource) else {
                continue
            }
            let others = dependent.owners.filter { $0["uid"]?.stringValue != owner.uid && exists($0) }
            if others.isEmpty {
                _ = try? delete(type, key.name, DeleteOptions(propagation: .background))
            } else {
                removeOwner(owner.uid, from: key, dependent)
            }
        }
        dependents[owner.uid] = nil
    }

    /// Foreground and orphan: works off the finalizer of an object that is marked for deletion.
    mutating func collectMarked(_ key: StorageKey) {
        guard let owner = object(key.resource, key.name), owner.isBeingDeleted else { return }
        if owner.finalizers.contains("orphan") {
            for dependent in (dependents[owner.uid] ?? []).sorted() {
                guard let stored = object(dependent.resource, dependent.name) else { continue }
                removeOwner(owner.uid, from: dependent, stored)
            }
            drop(finalizer: "orphan", from: key)
        }
        guard owner.finalizers.contains("foregroundDeletion") else { return }
        for dependent in (dependents[owner.uid] ?? []).sorted() {
            guard let type = registry.type(dependent.resource) else { continue }
            _ = try? delete(type, dependent.name, DeleteOptions(propagation: .foreground))
        }
        finishForeground(ownerUID: owner.uid)
    }

    /// Lets the owner go when no dependent that blocks it is left.
    mutating func finishForeground(ownerUID: String) {
        guard let (key, owner) = find(uid: ownerUID), owner.isBeingDeleted,
            owner.finalizers.contains("foregroundDeletion")
        else { return }
        let blocking = (dependents[ownerUID] ?? []).contains { key in
            object(key.resource, key.name)?.owners.contains {
                $0["uid"]?.stringValue == ownerUID && $0["blockOwnerDeletion"] == true
            } ?? false
        }
        if !blocking { drop(finalizer: "foregroundDeletion", from: key) }
    }

    /// Collects an object that was stored with owners of which none exists.
    mutating func collectIfOrphaned(_ key: StorageKey, _ object: JSONValue) {
        guard !object.owners.isEmpty, !object.owners.contains(where: { exists($0) }),
            let type = registry.type(key.resource)
        else { return }
        _ = try? delete(type, key.name, DeleteOptions(propagation: .background))
    }

    private func exists(_ owner: JSONValue) -> Bool {
        find(uid: owner["uid"]?.stringValue ?? "", name: owner["name"]?.stringValue)
            != nil
    }

    private func find(uid: String, name: String? = nil) -> (StorageKey, JSONValue)? {
        for (resource, stored) in objects {
            for (objectName, object) in stored
            where (name == nil || objectName.name == name) && object.uid == uid {
                return (StorageKey(resource: resource, name: objectName), object)
            }
        }
        return nil
    }

    private mutating func removeOwner(_ uid: String, from key: StorageKey, _ stored: JSONValue) {
        var object = stored
        let rest = stored.owners.filter { $0["uid"]?.stringValue != uid }
        object["metadata", "ownerReferences"] = rest.isEmpty ? Optional<JSONValue>.none : .array(rest)
        _ = commit(key, old: stored, new: object)
    }
}

extension StorageKey: Comparable {
    static func < (left: StorageKey, right: StorageKey) -> Bool {
        (left.resource.group, left.resource.plural, left.name)
            < (right.resource.group, right.resource.plural, right.name)
    }
}
