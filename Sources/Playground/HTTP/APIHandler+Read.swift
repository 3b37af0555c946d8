import Foundation
import KubernetesClient

extension APIHandler {
    func get(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let object = try cluster.with { state throws(APIError) in try state.get(path.type, path.objectName) }
        return .json(shown(object, path.type, request))
    }

    /// An object in the form that the request accepts.
    func shown(_ object: JSONValue, _ type: ResourceType, _ request: APIRequest) -> JSONValue {
        switch MediaType(accept: request.accept) {
        case .table:
            let metadata: JSONValue = ["resourceVersion": object["metadata", "resourceVersion"] ?? ""]
            return Table(type: type, included: included(request), now: cluster.now())
                .json([object], metadata: metadata)
        case .partialMetadata: return Table.partial(object)
        case .json, .discovery: return object
        }
    }

    func included(_ request: APIRequest) -> Table.Included {
        request.query["includeObject"].flatMap { Table.Included(rawValue: $0) } ?? .metadata
    }

    func scope(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> ListScope {
        var fields = request.query["fieldSelector"] ?? ""
        if !path.name.isEmpty { fields = "metadata.name=\(path.name)" }
        return ListScope(
            type: path.type, namespace: path.namespace,
            labels: try LabelSelector(request.query["labelSelector"] ?? ""),
            fields: try FieldSelector(fields, path.type))
    }

    func list(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let scope = try scope(path, request)
        let (all, revision, compacted) = cluster.with { state in
            (state.select(scope), state.revision, state.compactedRevision)
        }
        var items = all
        var metadata: JSONObject = ["resourceVersion": .string("\(revision)")]
        if let token = request.query["continue"], !token.isEmpty {
            let place = try ContinueToken(token)
            if place.revision < compacted {
                throw .expired("The provided continue parameter is too old to display a consistent list result.")
            }
            metadata["resourceVersion"] = .string("\(place.revision)")
            items = items.filter { $0.objectName > place.after }
        }
        if let limit = request.query["limit"].flatMap({ Int($0) }), limit > 0, items.count > limit {
            let page = Array(items.prefix(limit))
            let listed = metadata["resourceVersion"]?.stringValue.flatMap { Int($0) } ?? revision
            let token = ContinueToken(
                revision: listed, after: page.last?.objectName ?? ObjectName(namespace: "", name: ""))
            metadata["continue"] = .string(token.text)
            metadata["remainingItemCount"] = .int(Int64(items.count - limit))
            items = page
        }
        let objects = items.map { path.type.presented($0) }
        switch MediaType(accept: request.accept) {
        case .table:
            return .json(
                Table(type: path.type, included: included(request), now: cluster.now())
                    .json(objects, metadata: .object(metadata)))
        case .partialMetadata:
            return .json([
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": .object(metadata),
                "items": .array(objects.map { Table.partial($0) }),
            ])
        case .json, .discovery:
            return .json([
                "kind": .string(path.type.listKind), "apiVersion": .string(path.type.apiVersion),
                "metadata": .object(metadata), "items": .array(objects),
            ])
        }
    }

    /// `GET …/scale`.
    func scale(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let object = try cluster.with { state throws(APIError) in try state.get(path.type, path.objectName) }
        return .json(Scale.json(object))
    }

    /// `GET …/log`, whole or following.
    func logAnswer(_ path: ResourcePath, _ request: APIRequest) async throws(APIError) -> APIResponse {
        let pod = try cluster.with { state throws(APIError) in try state.get(path.type, path.objectName) }
        let names = (pod["spec", "initContainers"]?.arrayValue ?? []) + (pod["spec", "containers"]?.arrayValue ?? [])
        let known = names.compactMap { $0["name"]?.stringValue }
        let container = request.query["container"] ?? pod["spec", "containers", 0, "name"]?.stringValue ?? ""
        guard known.contains(container) else {
            throw .badRequest("container \(container) is not valid for pod \(path.name)")
        }
        if request.query["container"] == nil, known.count > 1 {
            throw .badRequest(
                "a container name must be specified for pod \(path.name), choose one of: [\(known.joined(separator: " "))]"
            )
        }
        var tail = request.query["tailLines"].flatMap { Int($0) }
        if let bytes = request.query["limitBytes"].flatMap({ Int($0) }), bytes == 0 { tail = 0 }
        let query = PodLogQuery(
            uid: pod.uid, container: container, tail: tail, previous: request.flag("previous"))
        guard request.flag("follow") else {
            let text = logs.text(query) ?? ""
            return APIResponse(contentType: "text/plain", body: .text(text))
        }
        let cluster = cluster
        let name = path.objectName
        let stream = logs.follow(query) {
            cluster.object(.pods, name).map { $0.uid == query.uid && !PodStatus.isFinished($0) } ?? false
        }
        return APIResponse(contentType: "text/plain", body: .stream(stream))
    }
}

/// Where the next page of a list starts.
struct ContinueToken: Sendable, Hashable {
    var revision: Int
    var after: ObjectName

    init(revision: Int, after: ObjectName) {
        self.revision = revision
        self.after = after
    }

    init(_ text: String) throws(APIError) {
        let plain = Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = plain.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let revision = Int(parts[0]) else {
            throw .badRequest("continue key is not valid: it is no token of this server")
        }
        self.init(revision: revision, after: ObjectName(namespace: parts[1], name: parts[2]))
    }

    var text: String { Base64.encode(Array("\(revision)/\(after.namespace)/\(after.name)".utf8)) }
}

/// The `scale` subresource.
enum Scale {
    static func json(_ object: JSONValue) -> JSONValue {
        let selector = (object["spec", "selector", "matchLabels"]?.stringDictionary ?? [:])
            .sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",")
        let metadata = object["metadata"] ?? [:]
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1",
            "metadata": [
                "name": metadata["name"] ?? "", "namespace": metadata["namespace"] ?? "", "uid": metadata["uid"] ?? "",
                "resourceVersion": metadata["resourceVersion"] ?? "",
                "creationTimestamp": metadata["creationTimestamp"] ?? .null,
            ],
            "spec": ["replicas": object["spec", "replicas"] ?? 0],
            "status": ["replicas": object["status", "replicas"] ?? 0, "selector": .string(selector)],
        ]
    }
}
