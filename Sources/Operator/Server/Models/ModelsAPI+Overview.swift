import Autoscaler
import Hummingbird
import KubernetesClient
import NIOCore

extension ModelsAPI {
    /// How many models there are and need attention, and the first of them, the worst before the others: what a person sees of
    /// ten thousand without reading all their statuses.
    func overview(_ request: Request, in namespace: String?) async throws -> Response {
        let query: OverviewQuery
        do { query = try OverviewQuery(request.uri.queryParameters) } catch { return error.response }
        return try await listTurns.take {
            let bytes = overview(query, in: namespace)
            return .tagged(
                ByteBuffer(bytes: bytes), type: "application/json", tag: EntityTag.of(bytes), to: request)
        }
    }

    private func overview(_ query: OverviewQuery, in namespace: String?) -> [UInt8] {
        // Few, and none of them waits in the index: what is wrong with them is told by the store.
        let unreadable = models.unreadable.keys.filter { namespace == nil || $0.namespace == namespace }
        let entries = index.entries(in: namespace) + unreadable.map { OverviewEntry(unreadable: $0) }
        var counts = JSONObject()
        for kind in OverviewQuery.Kind.allCases {
            counts[kind.rawValue] = .int(Int64(entries.count { $0.isOne(of: kind) }))
        }
        let found = entries.filter { $0.isOne(of: query.kind) && $0.has(query.words) }
        var bytes = Array(#"{"counts":"#.utf8) + JSONValue.object(counts).serialized()
        bytes += #","found":\#(found.count),"items":["#.utf8
        var separator = ""
        for row in OverviewEntry.first(query.limit, of: found).lazy.compactMap({ $0.row(row) }) {
            bytes += separator.utf8
            bytes += row
            separator = ","
        }
        bytes += "]}".utf8
        return bytes
    }

    /// Nil where it has gone meanwhile.
    private func row(_ key: ObjectKey) -> [UInt8]? {
        guard let model = models.get(key) else { return item(key).map { JSONValue.object($0).serialized() } }
        var row = heading(model)
        var status = JSONObject()
        if let production = model.status?.production, let value = try? JSONValue(encoding: production) {
            status["production"] = value
        }
        if let template = model.status?.template, let value = try? JSONValue(encoding: template) {
            status["template"] = value
        }
        let requests: [JSONValue] = (model.status?.recommendation?.containers ?? []).map { container in
            let requests = container.target.requests.flatMap { try? JSONValue(encoding: $0) }
            return ["name": .string(container.name), "target": ["requests": requests ?? [:]]]
        }
        if model.status?.recommendation != nil { status["recommendation"] = ["containers": .array(requests)] }
        row["status"] = .object(status)
        return JSONValue.object(row).serialized()
    }
}
