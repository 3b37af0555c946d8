import Autoscaler
import ForecastEngine
import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import ModelRegistry

/// Every model's forecast as JSON and as a picture: `/api/v1/models/<namespace>/<name>/next_day` and its kin. Each route says
/// what right it takes.
///
/// An error is JSON too: `{"error": {"reason", "message"}}`.
struct ModelsAPI: Sendable {
    let models: Store<ForecastModel>
    let deployments: Store<Deployment>
    let versions: VersionStore
    let artifacts: ArtifactCache
    let index: OverviewIndex
    /// Forecasts as they were answered. Not the reconcilers' ``ForecastMemory``: that has the few numbers of each model's own horizon,
    /// from when the last status was written on.
    let answers = SharedCache<AnswerKey, CachedAnswer>(mostBytes: 16 << 20, keepsNewest: false)
    /// Artifacts that are read for somebody who asks, each once; kept they are by ``artifacts``.
    let loads = SharedCache<String, ModelArtifact>(mostBytes: 0, keepsNewest: false)
    /// Who may make a forecast now, or read an artifact for one.
    let turns: Turns
    /// Who may go through the models now.
    let listTurns = Turns(atOnce: 1, mostWaiting: 64)
    /// The namespace whose models there are; nil for all.
    let namespace: String?
    /// Nil where everybody may read.
    let access: AccessControl?
    let now: @Sendable () -> Date

    func addRoutes(to router: Router<BasicRequestContext>) {
        let root: RouterPath = "api/v1/models"
        typealias Answer = @Sendable (Request, _ namespace: String?) async throws -> Response
        let lists: [(RouterPath, Answer)] = [
            (root, { try await list($0, in: $1) }), ("api/v1/overview", { try await overview($0, in: $1) }),
        ]
        for (root, answer) in lists {
            router.group(root)
                .add(middleware: AccessCheck(control: access) { _ in .listModels(namespace: namespace) })
                .get { request, _ in try await answer(request, nil) }
            router.group(root)
                .add(
                    middleware: AccessCheck(control: access) {
                        .listModels(namespace: try $0.parameters.require("namespace"))
                    }
                )
                .get(":namespace") { request, context in
                    try await answer(request, try context.parameters.require("namespace"))
                }
        }
        let one = router.group(root)
            .add(
                middleware: AccessCheck(control: access) {
                    .getModel(
                        namespace: try $0.parameters.require("namespace"), name: try $0.parameters.require("name"))
                })
        one.get(":namespace/:name") { _, context in
            guard let model = try find(context) else { return notFound(context) }
            return .json(detail(model))
        }
        one.get(":namespace/:name/:window") { request, context in
            guard let model = try find(context) else { return notFound(context) }
            let name = try context.parameters.require("window")
            let suffix = ".svg"
            let isPicture = name.hasSuffix(suffix)
            guard let window = ForecastWindow(rawValue: isPicture ? String(name.dropLast(suffix.count)) : name) else {
                let all = ForecastWindow.allCases.map(\.rawValue).joined(separator: ", ")
                return .failure(
                    .notFound, "UnknownHorizon", "\(name) is not served; these are: \(all), each also with \(suffix)")
            }
            return try await forecast(of: model, window, asPicture: isPicture, request)
        }
    }

    /// The answer to a path that means nothing.
    func notServed(_ path: String) -> Response {
        .failure(
            .notFound, "NotFound",
            "\(path) is not served; these are: /, /api/v1/models, /api/v1/overview, /metrics, /healthz, /readyz (docs/serving.md)"
        )
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

    private func notFound(_ context: BasicRequestContext) -> Response {
        let name = [context.parameters.get("namespace"), context.parameters.get("name")].compactMap { $0 }
        if let unreadable = models.unreadable(ObjectKey(namespace: name.first, name: name.last ?? "")) {
            return .failure(.serviceUnavailable, Self.unreadableReason, ForecastModelReconciler.message(unreadable))
        }
        return .failure(.notFound, "ModelNotFound", "there is no ForecastModel \(name.joined(separator: "/"))")
    }
}
