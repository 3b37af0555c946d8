/// Reads one line of a watch.
enum WatchDecoder {
    static func decode(
        _ line: ArraySlice<UInt8>,
        what: String,
        managedFields: KeptManagedFields = .all,
        workspace: JSONWorkspace = JSONWorkspace()
    ) throws(KubernetesError) -> RawWatchEvent {
        let event: JSONValue
        do { event = try JSONValue(parsing: line, managedFields: managedFields, workspace: workspace) } catch {
            throw KubernetesError(code: .malformedResponse, message: "\(what): an event is not JSON: \(error)")
        }
        guard let type = event["type"]?.stringValue, let object = event["object"], object.objectValue != nil else {
            throw KubernetesError(code: .malformedResponse, message: "\(what): an event has no type or no object")
        }
        if type == "ERROR" {
            let status = (try? object.decode(Status.self)) ?? Status(message: "an ERROR event that is no Status")
            throw KubernetesError(what: what, status: status)
        }
        guard let kind = kinds[type] else {
            throw KubernetesError(
                code: .malformedResponse,
                message: "\(what): an event of the unknown type '\(type.prefix(40))'"
            )
        }
        let metadata = object["metadata"]
        guard let version = metadata?["resourceVersion"]?.stringValue, !version.isEmpty else {
            throw KubernetesError(code: .malformedResponse, message: "\(what): an object has no resourceVersion")
        }
        let end = kind == .bookmark && metadata?["annotations", "k8s.io/initial-events-end"]?.stringValue == "true"
        return RawWatchEvent(type: kind, object: object, version: version, initialEventsEnd: end)
    }

    private static let kinds: [String: RawWatchEvent.Kind] = [
        "ADDED": .added, "MODIFIED": .modified, "DELETED": .deleted, "BOOKMARK": .bookmark,
    ]
}
