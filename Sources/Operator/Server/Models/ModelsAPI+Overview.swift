import Autoscaler
import Hummingbird
import KubernetesClient
import NIOCore

extension ModelsAPI {
    /// How many models there are and need attention, and the first of them, the worst before the others: what a person sees of
    /// ten thousand without reading all their statuses.
    func overview(_ request: Request, where isChosen: (ObjectKey) -> Bool) -> Response {
        let query: OverviewQuery
        do { query = try OverviewQuery(request.uri.queryParameters) } catch { return error.response }
        let entries =
            models.all.compactMap { isChosen($0.key) ? OverviewEntry($0, query.words) : nil }
            + models.unreadable.keys.filter(isChosen).map { OverviewEntry(unreadable: $0, query.words) }
        var counts = JSONObject()
        for kind in OverviewQuery.Kind.allCases {
            counts[kind.rawValue] = .int(Int64(entries.count { $0.isOne(of: kind) }))
        }
        let found = entries.filter { $0.isFound && $0.isOne(of: query.kind) }
        let first = OverviewEntry.first(query.limit, of: found)
        let answer: JSONValue = [
            "counts": .object(counts), "found": .int(Int64(found.count)),
            "items": .array(first.compactMap { row($0.key) }),
        ]
        let bytes = answer.serialized()
        return .tagged(
            ByteBuffer(bytes: bytes), type: "application/json", tag: EntityTag.of(bytes), to: request)
    }

    /// Nil where it has gone meanwhile.
    private func row(_ key: ObjectKey) -> JSONValue? {
        guard let model = models.get(key) else { return item(key).map(JSONValue.object) }
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
        return .object(row)
    }
}
