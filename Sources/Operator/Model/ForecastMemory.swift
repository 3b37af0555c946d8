import Autoscaler
import ForecastEngine
import KubernetesClient
import ModelRegistry
import Threading

/// The last forecast of each model's target, kept as long as it is the same.
///
/// What wakes a look at a model is most often its Deployment, and then nothing else is expected of it than before. One that is
/// applied for the first time is looked at again for its own finalizer and for its own change of the Deployment. Kept are some
/// hundred bytes a model, where its artifact has tens of thousands: those of thousands of models fit no cache.
final class ForecastMemory: Sendable {
    /// What is kept of an artifact.
    struct Outline: Sendable {
        /// How many series it forecasts.
        let series: Int
        /// The step of the first.
        let step: TimeStep?
        /// How the containers' CPU was spread over the pods.
        let shares: [String: PodShares.Share]

        init(_ artifact: ModelArtifact) {
            series = artifact.models.count
            step = artifact.models.first?.step
            shares = PodShares(metadata: artifact.metadata, replicas: nil).containers
        }
    }

    /// All that a prediction follows from, beside the artifact.
    private struct Question: Hashable, Sendable {
        var predictor: WorkloadPredictor
        var origin: Int
    }

    private struct Entry: Sendable {
        /// Whose artifact: it never changes under its digest.
        var digest: String
        var outline: Outline
        var question: Question?
        /// Of all pods together where CPU is forecast as a total: how many there are now is not the forecast's affair.
        var prediction = WorkloadPrediction()
    }

    private let artifacts: ArtifactCache
    private let entries = Locked<[ObjectKey: Entry]>([:])

    init(_ artifacts: ArtifactCache) { self.artifacts = artifacts }

    /// How many models something is kept of.
    var count: Int { entries.withLock(\.count) }

    /// What the artifact of the version in production holds.
    ///
    /// - Throws: where it has to be read and cannot be.
    func outline(of production: Versions.Entry, for model: ObjectKey) async throws -> Outline {
        if let known = entry(of: production, for: model) { return known.outline }
        let outline = Outline(try await artifacts.artifact(of: production))
        keep(Entry(digest: production.manifest.artifactDigest, outline: outline), for: model)
        return outline
    }

    /// What a model's target is expected to need, of all pods together where CPU is forecast as a total.
    ///
    /// - Throws: where the artifact has to be read and cannot be.
    func prediction(
        of production: Versions.Entry, for model: ObjectKey, by predictor: WorkloadPredictor, from origin: Int
    ) async throws -> WorkloadPrediction {
        let question = Question(predictor: predictor, origin: origin)
        if let known = entry(of: production, for: model), known.question == question { return known.prediction }
        let artifact = try await artifacts.artifact(of: production)
        let prediction = predictor.predict(artifact.models, from: origin)
        keep(
            Entry(
                digest: production.manifest.artifactDigest, outline: Outline(artifact), question: question,
                prediction: prediction), for: model)
        return prediction
    }

    /// Forgets a model that is gone.
    func forget(_ model: ObjectKey) {
        entries.withLock { $0[model] = nil }
    }

    private func entry(of production: Versions.Entry, for model: ObjectKey) -> Entry? {
        let known = entries.withLock { $0[model] }
        return known?.digest == production.manifest.artifactDigest ? known : nil
    }

    private func keep(_ entry: Entry, for model: ObjectKey) {
        entries.withLock { $0[model] = entry }
    }
}
