import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry

/// The answer to a question about a model's forecast, made from nothing but the question and the artifact that it names.
struct ForecastAnswer: Sendable {
    let question: ForecastQuestion
    let artifact: ModelArtifact

    /// - Parameter series: the one that is told; nil for all.
    func json(series id: String? = nil) throws -> JSONValue {
        var answer: JSONObject = [
            "model": [
                "namespace": .string(question.model.namespace ?? ""), "name": .string(question.model.name),
            ],
            "version": .int(Int64(question.version)), "revision": .int(Int64(question.revision)),
            "algorithm": .string(question.algorithm),
            "origin": .string(Timestamp(question.origin).description),
            "from": .string(Timestamp(seconds: Int64(question.start)).description),
            "until": .string(Timestamp(seconds: Int64(question.end)).description),
            "horizon": .string(question.window.rawValue),
            "series": .array(artifact.models.filter { id == nil || $0.seriesID == id }.map(series)),
        ]
        // Of `allPods`, CPU is the total over the pods; the recommendation is for one.
        if let meaning = artifact.metadata["meaning"] { answer["meaning"] = .string(meaning) }
        if let reason = question.lowConfidence { answer["lowConfidence"] = .string(reason) }
        if let reason = question.history.reason { answer["stale"] = .string(reason) }
        if question.spec.targetRef != nil {
            answer["recommendation"] = try recommendation().map { try JSONValue(encoding: $0) } ?? .null
        }
        return .object(answer)
    }

    /// One series' points within the span.
    private func series(_ model: TrainedModel) -> JSONValue {
        switch model.forecast(from: question.start, through: question.end) {
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
    func recommendation() -> Recommendation? {
        let prediction = WorkloadPredictor(question.spec, horizon: question.window.horizon).predict(
            artifact.models, from: question.start,
            pods: PodShares(metadata: artifact.metadata, replicas: question.replicas))
        return ScalingDecision.decide(
            ScalingInput(
                spec: question.spec, prediction: prediction,
                containers: question.containers ?? Self.containers(in: artifact), now: question.now,
                history: question.history, lowConfidence: question.lowConfidence,
                memoryFollowsLimit: question.memoryFollowers, version: question.version,
                horizon: question.window.horizon)
        ).recommendation
    }

    private static func containers(in artifact: ModelArtifact) -> [ContainerResources] {
        let names = artifact.models.compactMap { WorkloadPredictor.parse(series: $0.seriesID)?.container }
        return Set(names).sorted().map { ContainerResources(name: $0) }
    }
}
