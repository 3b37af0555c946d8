import Autoscaler
import Hummingbird
import KubernetesClient
import ModelRegistry
import NIOCore

/// Lists of models, and what is told of one.
extension ModelsAPI {
    /// The models of a namespace, or of all: all or `limit` of them from behind `continue` on, as of Kubernetes' own lists.
    ///
    /// Read and written piece by piece: of ten thousand the whole answer is tens of megabytes, and many times that while it is made.
    /// One that has gone meanwhile is left out. Each piece takes a turn of its own: one reader's list holds up no other's, and all lists
    /// together no more than one processor, and that for a moment at a time.
    func list(_ request: Request, in namespace: String?) async throws -> Response {
        let page: ListPage
        do { page = try ListPage(request.uri.queryParameters) } catch { return error.response }
        let chosen = try await listTurns.take {
            page.of((models.keys + models.unreadable.keys).filter { namespace == nil || $0.namespace == namespace })
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init { writer in
                var piece = ByteBuffer(string: #"{"items":["#)
                var separator = ""
                var keys = chosen.keys[...]
                while !keys.isEmpty {
                    try await listTurns.take(isGoingOn: true) {
                        while piece.readableBytes < Self.pieceSize, let key = keys.popFirst() {
                            guard let item = item(key) else { continue }
                            piece.writeString(separator)
                            piece.writeBytes(JSONValue.object(item).serialized())
                            separator = ","
                        }
                    }
                    try await writer.write(piece)
                    piece.clear()
                }
                piece.writeString("]")
                if let next = chosen.next {
                    piece.writeString(#","continue":"#)
                    piece.writeBytes(JSONValue.string(next).serialized())
                }
                piece.writeString("}")
                try await writer.write(piece)
                try await writer.finish(nil)
            })
    }

    private static let pieceSize = 64 << 10

    /// A model of a list; one whose spec this operator cannot read says so.
    func item(_ key: ObjectKey) -> JSONObject? {
        if let model = models.get(key) { return summary(model) }
        guard let unreadable = models.unreadable(key) else { return nil }
        return [
            "namespace": .string(key.namespace ?? ""), "name": .string(key.name),
            "health": Self.health(ModelHealth(unreadable: Self.unreadableReason)),
            "error": [
                "reason": .string(Self.unreadableReason),
                "message": .string(ForecastModelReconciler.message(unreadable)),
            ],
        ]
    }

    private func summary(_ model: ForecastModel) -> JSONObject {
        var object = heading(model)
        if let status = model.status, let value = try? JSONValue(encoding: status) { object["status"] = value }
        let path = "/api/v1/models/\(model.namespace)/\(model.name)/"
        let windows = model.spec.isTemplate ? [] : ForecastWindow.allCases
        object["forecasts"] = .array(windows.map { .string(path + $0.rawValue) })
        return object
    }

    /// What every answer says of a model.
    func heading(_ model: ForecastModel) -> JSONObject {
        var spec: JSONObject = [
            "horizon": .string(model.spec.horizon.rawValue),
            "scaling": ["mode": .string(model.spec.scaling.mode.rawValue)],
        ]
        if let target = model.spec.targetRef {
            spec["targetRef"] = ["kind": .string(target.kind), "name": .string(target.name)]
        }
        spec["targetSelector"] = model.spec.targetSelector.flatMap { try? JSONValue(encoding: $0) }
        let conditions = model.status?.conditions ?? []
        var heading: JSONObject = [
            "namespace": .string(model.namespace), "name": .string(model.name), "spec": .object(spec),
            "health": Self.health(ModelHealth(conditions), of: conditions),
        ]
        heading["template"] = model.template.map { .string($0.name) }
        return heading
    }

    /// Whether a person should look at a model, why, and how bad each of its conditions is.
    static func health(_ health: ModelHealth, of conditions: [Condition] = []) -> JSONValue {
        var object: JSONObject = [
            "level": .string(health.level.rawValue), "reason": .string(health.reason),
            "needsAttention": .bool(health.level.needsAttention),
        ]
        var levels = JSONObject()
        for condition in conditions { levels[condition.type] = condition.health.map { .string($0.rawValue) } }
        if !conditions.isEmpty { object["conditions"] = .object(levels) }
        return .object(object)
    }

    static let unreadableReason = "Unreadable"

    /// One model: as in a list, with what its target has now and every version that something was decided about, newest first.
    func detail(_ model: ForecastModel) -> JSONValue {
        var object = summary(model)
        if let target = model.spec.targetRef.flatMap({ deployments.get(namespace: model.namespace, name: $0.name) }) {
            var now: JSONObject = [:]
            now["replicas"] = .int(Int64(target.replicas))
            now["containers"] = try? JSONValue(encoding: target.containerResources)
            object["target"] = .object(now)
        }
        if model.spec.isTemplate {
            let instances = models.list(index: Cluster.byTemplate, value: model.uid)
            object["models"] = .array(instances.map { .string($0.name) })
        }
        let known = versions.cached(model)
        let serving = known.production(pinned: model.spec.promotion.pinnedVersion)
        object["versions"] = .array(
            known.decided.reversed().compactMap { entry in
                guard let record = entry.record else { return nil }
                let (manifest, scores) = (entry.manifest, entry.manifest.scores)
                var version: JSONObject = [
                    "version": .int(Int64(record.version)), "revision": .int(Int64(record.revision)),
                    "decision": .string(record.decision.rawValue), "reason": .string(record.reason),
                    "algorithm": .string(manifest.algorithm),
                    "trainedAt": .string(Timestamp(manifest.trainedAt).description),
                    "serves": .bool(entry == serving),
                ]
                // A refreshed version is the champion, which the run's challenger did not beat.
                let (own, rival) =
                    manifest.winner == .champion
                    ? (scores.champion, scores.challenger) : (scores.challenger, scores.champion)
                version["smape"] = own.map(JSONValue.double)
                version["rivalSmape"] = rival.map(JSONValue.double)
                version["baselineSmape"] = scores.baseline.map(JSONValue.double)
                return .object(version)
            })
        return .object(object)
    }
}
