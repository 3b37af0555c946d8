import Autoscaler
import ForecastEngine
import Foundation
import Hummingbird
import KubernetesClient
import ModelRegistry

/// What a forecast of a model is made from, and its JSON.
extension ModelsAPI {
    /// The version in production, looking out over a window.
    struct WindowOutlook: Sendable {
        let model: ForecastModel
        let window: ForecastWindow
        let production: Versions.Entry
        let record: PromotionRecord
        let artifact: ModelArtifact
        let outlook: Outlook
        /// After `start`, up to and including `end`, seconds since 1970 UTC.
        let span: (start: Int, end: Int)
        /// The model's target, where it has one and it is there.
        let target: Deployment?
    }

    /// Why there is no forecast.
    struct NoOutlook: Error {
        let reason: String
        let message: String

        var response: Response { .failure(.serviceUnavailable, reason, message) }
    }

    func outlook(of model: ForecastModel, _ window: ForecastWindow) async -> Result<WindowOutlook, NoOutlook> {
        let known = versions.cached(model)
        guard let production = known.production(pinned: model.spec.promotion.pinnedVersion),
            let record = production.record
        else {
            return .failure(
                NoOutlook(
                    reason: "NotTrained",
                    message:
                        "ForecastModel \(model.name) has no version in production yet; see its Trained condition"))
        }
        let artifact: ModelArtifact
        do {
            artifact = try await artifacts.artifact(of: production)
        } catch {
            return .failure(NoOutlook(reason: "ArtifactUnavailable", message: "\(error)"))
        }
        let outlook = Outlook(model: model, production: production, now: now())
        let zone = TimeZone(identifier: model.spec.training.timeZone) ?? .gmt
        return .success(
            WindowOutlook(
                model: model, window: window, production: production, record: record, artifact: artifact,
                outlook: outlook, span: window.span(from: Int(outlook.origin.timeIntervalSince1970), timeZone: zone),
                target: model.spec.targetRef.flatMap {
                    deployments.get(namespace: model.namespace, name: $0.name)
                }))
    }

    func json(_ outlook: WindowOutlook) throws -> JSONValue {
        let (model, span, artifact) = (outlook.model, outlook.span, outlook.artifact)
        var answer: JSONObject = [
            "model": ["namespace": .string(model.namespace), "name": .string(model.name)],
            "version": .int(Int64(outlook.record.version)), "revision": .int(Int64(outlook.record.revision)),
            "algorithm": .string(outlook.production.manifest.algorithm),
            "origin": .string(Timestamp(outlook.outlook.origin).description),
            "from": .string(Timestamp(seconds: Int64(span.start)).description),
            "until": .string(Timestamp(seconds: Int64(span.end)).description),
            "horizon": .string(outlook.window.rawValue),
            "series": .array(artifact.models.map { series($0, span: span) }),
        ]
        // Of `allPods`, CPU is the total over the pods; the recommendation is for one.
        if let meaning = artifact.metadata["meaning"] { answer["meaning"] = .string(meaning) }
        if let reason = outlook.outlook.lowConfidence { answer["lowConfidence"] = .string(reason) }
        if let reason = outlook.outlook.history.reason { answer["stale"] = .string(reason) }
        if model.spec.targetRef != nil {
            answer["recommendation"] = try recommendation(outlook).map { try JSONValue(encoding: $0) } ?? .null
        }
        return .object(answer)
    }

    /// One series' points within the span.
    private func series(_ model: TrainedModel, span: (start: Int, end: Int)) -> JSONValue {
        switch model.forecast(from: span.start, through: span.end) {
        case .failure(let reason): return ["id": .string(model.seriesID), "error": .string(reason.message)]
        case .success(let forecast):
            func values(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.double)) }
            return [
                "id": .string(model.seriesID),
                "ds": .array(forecast.times.map { .string(Timestamp(seconds: Int64($0)).description) }),
                "yhat": values(forecast.yhat), "yhat_lower": values(forecast.lower),
                "yhat_upper": values(forecast.upper),
                "interval_width": .double(forecast.intervalWidth),
            ]
        }
    }

    /// What the containers would get for this horizon, by its multipliers, whatever the model's own horizon is.
    func recommendation(_ outlook: WindowOutlook) -> Recommendation? {
        let (model, artifact) = (outlook.model, outlook.artifact)
        var spec = model.spec
        spec.scaling.mode = .recommend
        let containers = outlook.target?.containerResources ?? Self.containers(in: artifact)
        let prediction = WorkloadPredictor(spec, horizon: outlook.window.horizon).predict(
            artifact.models, from: outlook.span.start,
            pods: PodShares(metadata: artifact.metadata, replicas: outlook.target?.replicas))
        return ScalingDecision.decide(
            ScalingInput(
                spec: spec, prediction: prediction, containers: containers, now: now(),
                history: outlook.outlook.history, lowConfidence: outlook.outlook.lowConfidence,
                memoryFollowsLimit: model.status?.recommendation?.memoryFollowers ?? [],
                version: outlook.record.version, horizon: outlook.window.horizon)
        ).recommendation
    }

    private static func containers(in artifact: ModelArtifact) -> [ContainerResources] {
        let names = artifact.models.compactMap { WorkloadPredictor.parse(series: $0.seriesID)?.container }
        return Set(names).sorted().map { ContainerResources(name: $0) }
    }
}

extension TrainedModel {
    /// Why a span cannot be forecast.
    struct NoForecast: Error {
        let message: String
    }

    /// The steps after `start`, up to and including `end`, seconds since 1970 UTC.
    func forecast(from start: Int, through end: Int) -> Result<Forecast, NoForecast> {
        let limit = 100_000
        let skipped = max(0, step.steps(from: self.end, to: start))
        let last = step.steps(from: self.end, to: end)
        guard last <= limit else {
            return .failure(
                NoForecast(message: "the model's data ended more than \(limit) steps ago; train again"))
        }
        guard last > skipped else { return .failure(NoForecast(message: "no step lies in this span")) }
        do {
            return .success(
                try forecast(FutureFrame(times: Array(step.times(after: self.end, count: last).dropFirst(skipped)))))
        } catch {
            return .failure(NoForecast(message: error.message))
        }
    }
}
