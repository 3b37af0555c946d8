import DequeModule
import Foundation
import KubernetesClient

/// Everything that the API server knows. It is a value behind one lock: a write and its events are one step.
struct ClusterState {
    typealias Objects = [ObjectName: JSONValue]

    var revision = 1
    var objects: [ResourceKey: Objects] = [:]
    var registry = Registry()
    /// The latest changes, oldest first.
    var history: Deque<StoredEvent> = []
    /// Changes up to this revision are forgotten.
    var compactedRevision = 0
    var historyLimit: Int
    /// Which objects name an owner, by the owner's uid.
    var dependents: [String: Set<StorageKey>] = [:]
    var observers: [Int: @Sendable (StoredEvent) -> Void] = [:]
    var nextObserver = 0
    /// Warnings of the request in progress.
    var warnings: [String] = []
    let now: @Sendable () -> Date

    init(historyLimit: Int, now: @escaping @Sendable () -> Date) {
        self.historyLimit = historyLimit
        self.now = now
    }

    var timestamp: String { APITime.text(now()) }

    func object(_ resource: ResourceKey, _ name: ObjectName) -> JSONValue? { objects[resource]?[name] }

    /// Stores a change, gives it a revision and tells the observers. `new` nil removes.
    mutating func commit(_ key: StorageKey, old: JSONValue?, new: JSONValue?) -> JSONValue {
        revision += 1
        var object = new ?? old ?? [:]
        object["metadata", "resourceVersion"] = .string("\(revision)")
        if new == nil {
            objects[key.resource, default: [:]].removeValue(forKey: key.name)
        } else {
            objects[key.resource, default: [:]][key.name] = object
        }
        for owner in old?.owners ?? [] { dependents[owner["uid"]?.stringValue ?? ""]?.remove(key) }
        if let new {
            for owner in new.owners { dependents[owner["uid"]?.stringValue ?? "", default: []].insert(key) }
        }
        let change: StoredEvent.Change = new == nil ? .deleted : old == nil ? .added : .modified
        let event = StoredEvent(revision: revision, change: change, key: key, object: object, previous: old)
        history.append(event)
        while history.count > historyLimit, let first = history.popFirst() { compactedRevision = first.revision }
        for observer in observers.values { observer(event) }
        return object
    }

    /// Forgets all history: every watch that starts from an earlier revision gets 410.
    mutating func compact() {
        history.removeAll()
        compactedRevision = revision
    }

    mutating func observe(_ body: @escaping @Sendable (StoredEvent) -> Void) -> Int {
        nextObserver += 1
        observers[nextObserver] = body
        return nextObserver
    }
}
