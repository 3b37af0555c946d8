import Autoscaler
import ForecastEngine
import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import ModelRegistry
import NIOCore

/// A model's forecast, as JSON and as a picture.
extension ModelsAPI {
    /// How a forecast is told.
    enum ForecastForm: Hashable, Sendable {
        case json
        case picture(PictureForm)
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
        var form = ForecastForm.json
        if asPicture {
            do { form = .picture(try PictureForm(request.uri.queryParameters)) } catch { return error.response }
        }
        let artifact: ModelArtifact
        do {
            artifact = try await artifacts.artifact(of: production)
        } catch {
            return .failure(.serviceUnavailable, "ArtifactUnavailable", "\(error)")
        }
        if case .picture(let picture) = form, let missing = picture.missing(in: artifact) {
            return .failure(.notFound, "SeriesNotFound", "version \(record.version) has \(missing)")
        }
        let target = model.spec.targetRef.flatMap { deployments.get(namespace: model.namespace, name: $0.name) }
        let question = ForecastQuestion(
            model, window, production: production, record: record, target: target,
            now: ForecastQuestion.moment(of: artifact, at: now()))
        let answer = try await answers.value(of: AnswerKey(question: question, form: form)) { [form] in
            let answer = ForecastAnswer(question: question, artifact: artifact)
            let bytes =
                switch form {
                case .json: try answer.json().serialized()
                case .picture(let picture): Array(picture.svg(of: answer).utf8)
                }
            let made = CachedAnswer(body: ByteBuffer(bytes: bytes), tag: EntityTag.of(bytes))
            return (made, bytes.count)
        }
        return .tagged(
            answer.body, type: asPicture ? "image/svg+xml" : "application/json", tag: answer.tag, to: request)
    }
}
