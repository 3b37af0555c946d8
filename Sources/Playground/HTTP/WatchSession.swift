import Foundation
import KubernetesClient

/// Turns stored changes into the lines of one watch.
struct WatchSession: Sendable {
    var scope: ListScope
    var media: MediaType
    var included: Table.Included
    var now: @Sendable () -> Date
    private var hasSentColumns = false

    init(scope: ListScope, media: MediaType, included: Table.Included, now: @escaping @Sendable () -> Date) {
        self.scope = scope
        self.media = media
        self.included = included
        self.now = now
    }

    /// The line for a change; nil where the watch does not see it.
    mutating func line(_ event: StoredEvent) -> [UInt8]? {
        guard event.key.resource == scope.type.key else { return nil }
        let before = event.previous.map { scope.includes($0) } ?? false
        let after = event.change != .deleted && scope.includes(event.object)
        let change: StoredEvent.Change
        switch (before, after) {
        case (false, false): return nil
        case (false, true): change = .added
        case (true, true): change = .modified
        case (true, false): change = .deleted
        }
        return line(change.rawValue, event.object)
    }

    mutating func line(_ change: String, _ stored: JSONValue) -> [UInt8] {
        let object = scope.type.presented(stored)
        switch media {
        case .table:
            let metadata: JSONValue = ["resourceVersion": object["metadata", "resourceVersion"] ?? ""]
            let table = Table(type: scope.type, included: included, now: now())
                .json([object], metadata: metadata, withColumns: !hasSentColumns)
            hasSentColumns = true
            return Self.bytes(change, table)
        case .partialMetadata: return Self.bytes(change, Table.partial(object))
        case .json, .discovery: return Self.bytes(change, object)
        }
    }

    /// A bookmark: nothing before `revision` will follow. `endsInitial` marks the end of the initial events.
    func bookmark(_ revision: Int, endsInitial: Bool = false) -> [UInt8] {
        var metadata: JSONObject = ["resourceVersion": .string("\(revision)"), "creationTimestamp": .null]
        if endsInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        var object: JSONValue = [
            "kind": .string(scope.type.kind), "apiVersion": .string(scope.type.apiVersion),
            "metadata": .object(metadata),
        ]
        if media == .table {
            object = Table(type: scope.type, included: included, now: now())
                .json([], metadata: .object(metadata), withColumns: false)
        }
        return Self.bytes("BOOKMARK", object)
    }

    static func bytes(_ type: String, _ object: JSONValue) -> [UInt8] {
        (["type": .string(type), "object": object] as JSONValue).serialized() + [0x0A]
    }
}
