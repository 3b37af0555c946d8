import Autoscaler
import ForecastEngine
import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import ModelRegistry
import NIOCore

/// Every model's forecast as JSON: `/api/v1/models/<namespace>/<name>/next_day` and its kin. Each route says what right it takes.
///
/// An error is JSON too: `{"error": {"reason", "message"}}`.
struct ModelsAPI: Sendable {
    let models: Store<ForecastModel>
    let deployments: Store<Deployment>
    let versions: VersionStore
    let artifacts: ArtifactCache
    /// The namespace whose models there are; nil for all.
    let namespace: String?
    /// Nil where everybody may read.
    let access: AccessControl?
    let now: @Sendable () -> Date

    func addRoutes(to router: Router<BasicRequestContext>) {
        let root: RouterPath = "api/v1/models"
        router.group(root)
            .add(middleware: AccessCheck(control: access) { _ in .listModels(namespace: namespace) })
            .get { _, _ in list(models.keys) }
        router.group(root)
            .add(
                middleware: AccessCheck(control: access) {
                    .listModels(namespace: try $0.parameters.require("namespace"))
                }
            )
            .get(":namespace") { _, context in
                let namespace = try context.parameters.require("namespace")
                return list(models.keys.filter { $0.namespace == namespace })
            }
        let one = router.group(root)
            .add(
                middleware: AccessCheck(control: access) {
                    .getModel(
                        namespace: try $0.parameters.require("namespace"), name: try $0.parameters.require("name"))
                })
        one.get(":namespace/:name") { _, context in
            guard let model = try find(context) else { return notFound(context) }
            return .json(summary(model))
        }
        one.get(":namespace/:name/:window") { _, context in
            guard let model = try find(context) else { return notFound(context) }
            let name = try context.parameters.require("window")
            guard let window = ForecastWindow(rawValue: name) else {
                let all = ForecastWindow.allCases.map(\.rawValue).joined(separator: ", ")
                return .failure(.notFound, "UnknownHorizon", "\(name) is not served; these are: \(all)")
            }
            return try await forecast(model, window)
        }
    }

    /// The answer to a path that means nothing.
    func notServed(_ path: String) -> Response {
        .failure(
            .notFound, "NotFound",
            "\(path) is not served; these are: /api/v1/models, /metrics, /healthz, /readyz (docs/serving.md)")
    }

    /// The answer to a method that would change something.
    func notAllowed(_ method: HTTPRequest.Method) -> Response {
        var response = Response.failure(
            .methodNotAllowed, "MethodNotAllowed",
            "\(method) is not answered: everything here is read by GET, and changed on the ForecastModel with kubectl")
        response.headers[.allow] = "GET, HEAD"
        return response
    }

    private func find(_ context: BasicRequestContext) throws -> ForecastModel? {
        models.get(namespace: try context.parameters.require("namespace"), name: try context.parameters.require("name"))
    }

    /// The models of these keys, read and written piece by piece: of ten thousand the whole answer is tens of megabytes, and many
    /// times that while it is made. One that has gone meanwhile is left out.
    private func list(_ keys: [ObjectKey]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init { writer in
                var piece = ByteBuffer(string: #"{"items":["#)
                var separator = ""
                for model in keys.sorted().lazy.compactMap({ models.get($0) }) {
                    piece.writeString(separator)
                    piece.writeBytes(summary(model).serialized())
                    separator = ","
                    if piece.readableBytes >= Self.pieceSize {
                        try await writer.write(piece)
                        piece.clear()
                    }
                }
                piece.writeString("]}")
                try await writer.write(piece)
                try await writer.finish(nil)
            })
    }

    private static let pieceSize = 64 << 10

    private func summary(_ model: ForecastModel) -> JSONValue {
        var object: JSONObject = ["namespace": .string(model.namespace), "name": .string(model.name)]
        if let status = model.status, let value = try? JSONValue(encoding: status) { object["status"] = value }
        let path = "/api/v1/models/\(model.namespace)/\(model.name)/"
        object["forecasts"] = .array(ForecastWindow.allCases.map { .string(path + $0.rawValue) })
        return .object(object)
    }

    private func forecast(_ model: ForecastModel, _ window: ForecastWindow) async throws -> Response {
        let known = versions.cached(model)
        guard let production = known.production(pinned: model.spec.promotion.pinnedVersion),
            let record = production.record
        else {
            return .failure(
                .serviceUnavailable, "NotTrained",
                "ForecastModel \(model.name) has no version in production yet; see its Trained condition")
        }
        let artifact: ModelArtifact
        do {
            artifact = try await artifacts.artifact(of: production)
        } catch {
            return .failure(.serviceUnavailable, "ArtifactUnavailable", "\(error)")
        }
        let outlook = Outlook(model: model, production: production, now: now())
        let origin = Int(outlook.origin.timeIntervalSince1970)
        let zone = TimeZone(identifier: model.spec.training.timeZone) ?? .gmt
        let span = window.span(from: origin, timeZone: zone)

        var answer: JSONObject = [
            "model": ["namespace": .string(model.namespace), "name": .string(model.name)],
            "version": .int(Int64(record.version)), "revision": .int(Int64(record.revision)),
            "algorithm": .string(production.manifest.algorithm),
            "origin": .string(Timestamp(outlook.origin).description),
            "from": .string(Timestamp(seconds: Int64(span.start)).description),
            "until": .string(Timestamp(seconds: Int64(span.end)).description),
            "horizon": .string(window.rawValue),
            "series": .array(artifact.models.map { series($0, span: span) }),
        ]
        // Of `allPods`, CPU is the total over the pods; the recommendation is for one.
        if let meaning = artifact.metadata["meaning"] { answer["meaning"] = .string(meaning) }
        if let reason = outlook.lowConfidence { answer["lowConfidence"] = .string(reason) }
        if let reason = outlook.history.reason { answer["stale"] = .string(reason) }
        if model.spec.targetRef != nil {
            answer["recommendation"] = try recommendation(model, artifact, window, span, outlook, record)
        }
        return .json(.object(answer))
    }

    /// One series' points within the span.
    private func series(_ model: TrainedModel, span: (start: Int, end: Int)) -> JSONValue {
        let limit = 100_000
        let skipped = max(0, model.step.steps(from: model.end, to: span.start))
        let last = model.step.steps(from: model.end, to: span.end)
        guard last > skipped, last <= limit else {
            let reason =
                last > limit
                ? "the model's data ended more than \(limit) steps ago; train again" : "no step lies in this span"
            return ["id": .string(model.seriesID), "error": .string(reason)]
        }
        do {
            let times = Array(model.step.times(after: model.end, count: last).dropFirst(skipped))
            let forecast = try model.forecast(FutureFrame(times: times))
            func values(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.double)) }
            return [
                "id": .string(model.seriesID),
                "ds": .array(forecast.times.map { .string(Timestamp(seconds: Int64($0)).description) }),
                "yhat": values(forecast.yhat), "yhat_lower": values(forecast.lower),
                "yhat_upper": values(forecast.upper),
                "interval_width": .double(forecast.intervalWidth),
            ]
        } catch {
            return ["id": .string(model.seriesID), "error": .string(error.message)]
        }
    }

    /// What the containers would get for this horizon, by its multipliers, whatever the model's own horizon is.
    private func recommendation(
        _ model: ForecastModel, _ artifact: ModelArtifact, _ window: ForecastWindow, _ span: (start: Int, end: Int),
        _ outlook: Outlook, _ record: PromotionRecord
    ) throws -> JSONValue {
        var spec = model.spec
        spec.scaling.mode = .recommend
        let target = model.spec.targetRef.flatMap { deployments.get(namespace: model.namespace, name: $0.name) }
        let containers = target?.containerResources ?? Self.containers(in: artifact)
        let prediction = WorkloadPredictor(spec, horizon: window.horizon).predict(
            artifact.models, from: span.start,
            pods: PodShares(metadata: artifact.metadata, replicas: target?.replicas))
        let decision = ScalingDecision.decide(
            ScalingInput(
                spec: spec, prediction: prediction, containers: containers, now: now(), history: outlook.history,
                lowConfidence: outlook.lowConfidence,
                memoryFollowsLimit: model.status?.recommendation?.memoryFollowers ?? [], version: record.version,
                horizon: window.horizon))
        return try decision.recommendation.map { try JSONValue(encoding: $0) } ?? .null
    }

    private static func containers(in artifact: ModelArtifact) -> [ContainerResources] {
        let names = artifact.models.compactMap { WorkloadPredictor.parse(series: $0.seriesID)?.container }
        return Set(names).sorted().map { ContainerResources(name: $0) }
    }

    private func notFound(_ context: BasicRequestContext) -> Response {
        let name = [context.parameters.get("namespace"), context.parameters.get("name")].compactMap { $0 }
        if let unreadable = models.unreadable(ObjectKey(namespace: name.first, name: name.last ?? "")) {
            return .failure(.serviceUnavailable, "Unreadable", ForecastModelReconciler.message(unreadable))
        }
        return .failure(.notFound, "ModelNotFound", "there is no ForecastModel \(name.joined(separator: "/"))")
    }
}
