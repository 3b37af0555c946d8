import HTTPTypes
import Hummingbird

/// Tells a browser to do with an answer nothing but show it: not to guess its type, not to run what is in it, not to put it into
/// another site's page, and not to keep it where the answer does not say for how long.
struct CautiousAnswer: RouterMiddleware {
    private static let headers: HTTPFields = [
        .xContentTypeOptions: "nosniff",
        // A picture that is opened by itself is a document, in which a script could run.
        .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; sandbox",
        .cacheControl: "no-store",
        HTTPField.Name("Referrer-Policy")!: "no-referrer",
        HTTPField.Name("Cross-Origin-Resource-Policy")!: "same-origin",
    ]

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in Self.headers where response.headers[field.name] == nil {
            response.headers[field.name] = field.value
        }
        return response
    }
}
