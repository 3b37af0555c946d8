/// Reads one line of a watch.
enum WatchDecoder {
    static func decode<R: KubernetesResource>(
        _ line: ArraySlice<UInt8>,
        what: String,
        definition: ResourceDefinition
    ) throws(KubernetesError) -> WatchEvent<R> {
        let event: JSONValue
        do { event = try JSONValue(parsing: line) } catch {
            throw KubernetesError(code: .malformedResponse, message: "\(what): an event is not JSON: \(error)")
        }
        guard let type = event["type"]?.stringValue, let object = event["object"], object.objectValue != nil else {
            throw KubernetesError(code: .malformedResponse, message: "\(what): an event has no type or no object")
        }
        switch type {
        case "BOOKMARK":
            let metadata = object["metadata"]
            let end = metadata?["annotations", "k8s.io/initial-events-end"]?.stringValue == "true"
            guard let version = metadata?["resourceVersion"]?.stringValue, !version.isEmpty else {
                throw KubernetesError(code: .malformedResponse, message: "\(what): a bookmark has no resourceVersion")
            }
            return .bookmark(resourceVersion: version, initialEventsEnd: end)
        case "ERROR":
            let status = (try? object.decode(Status.self)) ?? Status(message: "an ERROR event that is no Status")
            throw KubernetesError(what: what, status: status)
        case "ADDED", "MODIFIED", "DELETED":
            let resource: R
            do { resource = try R(json: object.typed(as: definition)) } catch {
                let why = (error as? DecodingError)?.fieldDescription ?? "\(error)"
                throw KubernetesError(
                    code: .malformedResponse,
                    message: "\(what): an object cannot be read as \(R.self): \(why)"
                )
            }
            return type == "ADDED" ? .added(resource) : type == "MODIFIED" ? .modified(resource) : .deleted(resource)
        default:
            throw KubernetesError(
                code: .malformedResponse,
                message: "\(what): an event of the unknown type '\(type.prefix(40))'"
            )
        }
    }
}
