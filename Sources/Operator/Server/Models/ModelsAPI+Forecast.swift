import Autoscaler
import ForecastEngine
import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import ModelRegistry
import NIOCore
import Threading

/// A model's forecast, as JSON and as a picture.
extension ModelsAPI {
    /// How a forecast is told: as JSON, of one series or of all, or as a picture.
    enum ForecastForm: Hashable, Sendable {
        case json(series: String?)
        case picture(PictureForm)

        /// The one series that is asked for; nil for all.
        var series: String? {
            switch self {
            case .json(let series): series
            case .picture(let picture): picture.series
            }
        }
    }

    /// One answer among all: equal keys have equal bytes.
    struct AnswerKey: Hashable, Sendable {
        let question: ForecastQuestion
        let form: ForecastForm
    }

    /// The bytes of an answer, and the tag that they go by.
    struct CachedAnswer: Sendable {
        let body: ByteBuffer
        let tag: String
    }

    /// The forecast of the version in production, made once for all who ask for it in the same way until it says something else.
    ///
    /// Whether somebody may read it was checked before.
    func forecast(of model: ForecastModel, _ window: ForecastWindow, asPicture: Bool, _ request: Request) async throws
        -> Response
    {
        if model.spec.isTemplate {
            return .failure(
                .notFound, "ModelIsTemplate",
                "ForecastModel \(model.name) is a template and forecasts nothing itself; ask for one of the models that it has made, "
                    + "such as \(Labels.joined(model.name, "<deployment>"))")
        }
        let known = versions.cached(model)
        guard let production = known.production(pinned: model.spec.promotion.pinnedVersion),
            let record = production.record
        else {
            return .failure(
                .serviceUnavailable, "NotTrained",
                "ForecastModel \(model.name) has no version in production yet; see its Trained condition")
        }
        let form: ForecastForm
        do {
            let parameters = request.uri.queryParameters
            form =
                asPicture
                ? .picture(try PictureForm(parameters)) : .json(series: parameters["series"].map(String.init))
        } catch { return error.response }
        let target = model.spec.targetRef.flatMap { deployments.get(namespace: model.namespace, name: $0.name) }
        let now = now()
        @Sendable func key(_ artifact: ModelArtifact) -> AnswerKey {
            let question = ForecastQuestion(
                model, window, production: production, record: record, target: target,
                now: ForecastQuestion.moment(of: artifact, at: now))
            return AnswerKey(question: question, form: form)
        }
        let type = asPicture ? "image/svg+xml" : "application/json"
        // What is kept waits for nobody's turn.
        if let artifact = await artifacts.kept(production), let answer = await answers.kept(key(artifact)) {
            return .tagged(answer.body, type: type, tag: answer.tag, to: request)
        }
        return try await request.whileConnected {
            let artifact: ModelArtifact
            switch try await load(production) {
            case .success(let loaded): artifact = loaded
            case .failure(let error): return .failure(.serviceUnavailable, "ArtifactUnavailable", "\(error)")
            }
            let key = key(artifact)
            if let refusal = key.refusal(artifact) { return refusal }
            let answer = try await answers.value(of: key) {
                try await turns.take { try await Self.make(key, artifact) }
            }
            return .tagged(answer.body, type: type, tag: answer.tag, to: request)
        }
    }

    private func load(_ production: Versions.Entry) async throws -> Result<ModelArtifact, any Error> {
        if let kept = await artifacts.kept(production) { return .success(kept) }
        do {
            let digest = production.manifest.artifactDigest
            return .success(
                try await loads.value(of: digest) {
                    (try await turns.take { try await artifacts.artifact(of: production) }, 0)
                })
        } catch let error where !(error is Turns.TooMany || error is CancellationError) {
            return .failure(error)
        }
    }

    /// How many points a forecast has in a span.
    static func points(of models: [TrainedModel], from start: Int, to end: Int) -> Int {
        models.reduce(0) { $0 + max(0, $1.step.steps(from: start, to: end)) }
    }

    /// On a thread that goes after all others: the threads that tasks share are the reconcilers'.
    private static func make(_ key: AnswerKey, _ artifact: ModelArtifact) async throws -> (CachedAnswer, Int) {
        try await onThread("presage-answer") {
            goAfterOthers()
            let answer = ForecastAnswer(question: key.question, artifact: artifact)
            let bytes =
                switch key.form {
                case .json(let series): try answer.json(series: series).serialized()
                case .picture(let picture): Array(picture.svg(of: answer).utf8)
                }
            return (CachedAnswer(body: ByteBuffer(bytes: bytes), tag: EntityTag.of(bytes)), bytes.count)
        }
    }
}

extension ModelsAPI.AnswerKey {
    /// How many points are told at once: more are hundreds of megabytes while they are made.
    private static let mostPoints = 500_000

    /// What is answered to what cannot be; nil where it can.
    fileprivate func refusal(_ artifact: ModelArtifact) -> Response? {
        let all = artifact.models
        let shown = form.series.map { id in all.filter { $0.seriesID == id } } ?? all
        guard !shown.isEmpty || all.isEmpty else {
            let examples = all.prefix(5).map(\.seriesID).joined(separator: ", ")
            return .failure(
                .notFound, "SeriesNotFound",
                "version \(question.version) has no series '\(form.series ?? "")'; of its \(all.count) are: \(examples)"
            )
        }
        guard case .json = form else { return nil }
        let points = ModelsAPI.points(of: shown, from: question.start, to: question.end)
        guard points > Self.mostPoints, shown.count > 1 else { return nil }
        return .failure(
            .badRequest, "AnswerTooLarge",
            "the \(shown.count) series have \(points) points, and at most \(Self.mostPoints) are told at once; ask for "
                + "one series (series=\(shown[0].seriesID)) or a shorter horizon, or let spec.output write them all "
                + "(docs/output.md)")
    }
}
