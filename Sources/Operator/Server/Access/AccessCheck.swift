import HTTPTypes
import Hummingbird
import KubernetesClient
import NIOCore

/// Answers a route to whom the cluster allows it, and tells others what they lack.
struct AccessCheck: RouterMiddleware {
    /// Nil where everybody may.
    let control: AccessControl?
    /// What the route shows.
    let right: @Sendable (BasicRequestContext) throws -> AccessRight

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let control else { return try await next(request, context) }
        let right = try right(context)
        switch await control.verdict(authorization: request.headers[.authorization], right: right) {
        case .allowed: return try await next(request, context)
        case .tokenMissing:
            return Self.unauthorized(
                "a bearer token of the cluster is needed: Authorization: Bearer, as kubectl create token makes one",
                challenge: #"Bearer realm="presage""#)
        case .tokenRefused:
            return Self.unauthorized(
                "the cluster does not know this bearer token, or no longer; kubectl create token makes another",
                challenge: #"Bearer realm="presage", error="invalid_token""#)
        case .forbidden(let user):
            return .failure(
                .forbidden, "Forbidden",
                "\(user) may not \(right); the ClusterRole \(right.clusterRole) has that right, to be bound by whoever "
                    + "administers the cluster (docs/serving.md)")
        case .unavailable:
            var response = Response.failure(
                .serviceUnavailable, "ReviewUnavailable",
                "the API server could not be asked who may read this; the operator's log says why")
            response.headers[.retryAfter] = "5"
            return response
        }
    }

    private static func unauthorized(_ message: String, challenge: String) -> Response {
        var response = Response.failure(.unauthorized, "Unauthorized", message)
        response.headers[.wwwAuthenticate] = challenge
        return response
    }
}
