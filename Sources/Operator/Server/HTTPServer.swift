import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Serving

/// The operator's HTTP server: health, metrics, every model's forecast as JSON and as a picture, and the dashboard.
///
/// It only reads, and health is for everybody. Every replica serves, the leader and the others alike, from its own informers.
struct HTTPServer {
    let registry: PrometheusRegistry
    let models: ModelsAPI
    /// Nil where everybody may read.
    let access: AccessControl?
    /// The resources whose informers have not synced; where there are none, an answer is complete.
    let awaited: @Sendable () -> [String]

    /// - Parameter certificate: what it shows to clients; nil for plain HTTP.
    func application(
        host: String, port: Int, certificate: ServingCertificate?, logger: Logger
    ) -> some ApplicationProtocol {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.add(middleware: CautiousAnswer())
        router.add(middleware: HelpfulRefusal(models: models))
        router.get("healthz") { _, _ in "ok\n" }
        router.get("readyz") { _, _ async throws -> Response in
            let awaited = awaited().joined(separator: ", ")
            return awaited.isEmpty
                ? Self.text("ok\n")
                : Self.text(
                    "waiting for what is watched: \(awaited); where it stays so, the log says why\n",
                    status: .serviceUnavailable)
        }
        router.group("metrics")
            .add(middleware: AccessCheck(control: access) { _ in .path("/metrics") })
            .get { _, _ in Self.text(registry.exposition(), type: "text/plain; version=0.0.4") }
        models.addRoutes(to: router)
        Dashboard().addRoutes(to: router)
        return Application(
            router: router,
            server: HTTPServerBuilder { responder in
                let plain = HTTP1Channel(responder: responder)
                guard let certificate else { return KeptChannel(GuardedChannel(plain)) }
                return KeptChannel(GuardedChannel(CertifiedChannel(base: plain, certificate: certificate)))
            },
            configuration: .init(address: .hostname(host, port: port), serverName: "presage"),
            logger: logger
        )
    }

    /// Says what is served, where a path means nothing, and when to ask again, where there is too much to do: the router's own answers
    /// are empty.
    private struct HelpfulRefusal: RouterMiddleware {
        let models: ModelsAPI

        func handle(
            _ request: Request, context: BasicRequestContext,
            next: @concurrent (Request, BasicRequestContext) async throws -> Response
        ) async throws -> Response {
            guard [.get, .head].contains(request.method) else { return models.notAllowed(request.method) }
            do {
                return try await next(request, context)
            } catch let error as HTTPError where error.status == .notFound {
                return models.notServed(request.uri.path)
            } catch is Turns.TooMany {
                return .busy
            }
        }
    }

    private static func text(
        _ text: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
