import Foundation
import KubernetesClient

/// Answers API requests.
protocol APIAnswering: Sendable {
    /// The answer to a request; every refusal is a Status.
    func respond(_ request: APIRequest) async -> APIResponse
}

/// Answers API requests from the shared state.
struct APIHandler: APIAnswering {
    var cluster: Cluster
    var tokens: TokenStore
    var logs: any PodLogs
    /// How often a watch that allows bookmarks gets one.
    var bookmarkInterval: Duration
    var watches: WatchHub

    /// The answer to a request; every refusal becomes a Status.
    func respond(_ request: APIRequest) async -> APIResponse {
        do throws(APIError) {
            return try await route(request)
        } catch {
            return .failure(error)
        }
    }

    private func route(_ request: APIRequest) async throws(APIError) -> APIResponse {
        let segments = request.path.split(separator: "/").map(String.init)
        switch segments.first {
        case "healthz"?, "readyz"?, "livez"?:
            return APIResponse(contentType: "text/plain; charset=utf-8", body: .text("ok"))
        case "version"?: return .json(ServerVersion.json)
        default: break
        }
        guard let user = tokens.user(authorization: request.authorization) else { throw .unauthorized }
        let registry = cluster.with { $0.registry }
        switch segments.first {
        case nil:
            return .json(["paths": ["/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version"]])
        case "openapi"?: return try openAPI(segments, registry)
        case "api"?:
            if segments.count == 1 { return coreVersions(request, registry) }
            return try await group("", segments[1], segments.dropFirst(2), request, registry, user)
        case "apis"?:
            if segments.count == 1 { return groups(request, registry) }
            if segments.count == 2 {
                guard let group = Discovery(registry: registry).group(segments[1]) else { throw .pathNotFound }
                return .json(group)
            }
            return try await group(segments[1], segments[2], segments.dropFirst(3), request, registry, user)
        default: throw .pathNotFound
        }
    }

    private func openAPI(_ segments: [String], _ registry: Registry) throws(APIError) -> APIResponse {
        let document = OpenAPI(registry: registry)
        guard segments.count > 1, segments[1] == "v3" else { throw .pathNotFound }
        if segments.count == 2 { return .json(document.index()) }
        let found =
            segments.count == 4
            ? document.document(group: "", version: segments[3])
            : segments.count == 5 ? document.document(group: segments[3], version: segments[4]) : nil
        guard let found else { throw .pathNotFound }
        return .json(found)
    }

    private func coreVersions(_ request: APIRequest, _ registry: Registry) -> APIResponse {
        if case .discovery(let version) = MediaType(accept: request.accept) {
            return aggregated(registry, core: true, version)
        }
        return .json(["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []])
    }

    private func groups(_ request: APIRequest, _ registry: Registry) -> APIResponse {
        if case .discovery(let version) = MediaType(accept: request.accept) {
            return aggregated(registry, core: false, version)
        }
        return .json(Discovery(registry: registry).groupList())
    }

    private func aggregated(_ registry: Registry, core: Bool, _ version: String) -> APIResponse {
        APIResponse(
            contentType: "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList",
            body: .json(Discovery(registry: registry).aggregated(core: core, version: version)))
    }

    private func group(
        _ group: String, _ version: String, _ segments: ArraySlice<String>, _ request: APIRequest,
        _ registry: Registry, _ user: String
    ) async throws(APIError) -> APIResponse {
        if segments.isEmpty {
            guard let list = Discovery(registry: registry).resourceList(group: group, version: version) else {
                throw .pathNotFound
            }
            return .json(list)
        }
        guard let path = ResourcePath(group: group, version: version, segments, registry) else { throw .pathNotFound }
        switch (request.method, path.name.isEmpty) {
        case ("POST", true) where path.type.isReview: return try review(path, request)
        case _ where path.type.isReview:
            throw .methodNotAllowed("the server does not allow this method on the requested resource")
        case ("GET", _) where path.subresource == "log": return try await logAnswer(path, request)
        case ("GET", _) where path.subresource == "scale": return try scale(path, request)
        case ("GET", true): return request.flag("watch") ? try watch(path, request) : try list(path, request)
        case ("GET", false):
            if request.flag("watch") { return try watch(path, request) }
            return try get(path, request)
        case ("POST", true): return try create(path, request)
        case ("POST", false) where path.subresource == "token": return try token(path)
        case ("PUT", false): return try replace(path, request)
        case ("PATCH", false): return try patch(path, request)
        case ("DELETE", false): return try delete(path, request)
        case ("DELETE", true): return try deleteCollection(path, request)
        default:
            throw .methodNotAllowed("the server does not allow this method on the requested resource")
        }
    }
}
