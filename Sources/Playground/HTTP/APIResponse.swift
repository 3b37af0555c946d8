import KubernetesClient

/// What the API server answers.
struct APIResponse: Sendable {
    enum Body: Sendable {
        case json(JSONValue)
        case text(String)
        /// Lines as they come, until the stream ends.
        case stream(AsyncStream<StreamPart>)
    }

    /// A part of a stream.
    enum StreamPart: Sendable {
        case bytes([UInt8])
        /// Close the connection without ending the body.
        case cut
    }

    var code = 200
    var contentType = "application/json"
    var headers: [(String, String)] = []
    var body: Body

    static func json(_ value: JSONValue, code: Int = 200) -> APIResponse {
        APIResponse(code: code, body: .json(value))
    }

    static func failure(_ error: APIError) -> APIResponse {
        var response = APIResponse.json(error.status, code: error.code)
        if let seconds = error.retryAfterSeconds { response.headers.append(("Retry-After", "\(seconds)")) }
        if error.code == 401 { response.headers.append(("WWW-Authenticate", "Bearer")) }
        return response
    }
}
