import HTTPTypes
import Hummingbird
import KubernetesClient
import NIOCore

extension Response {
    /// An answer in JSON.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.serialized())))
    }

    /// An error in the API's own form: `{"error": {"reason", "message"}}`.
    static func failure(_ status: HTTPResponse.Status, _ reason: String, _ message: String) -> Response {
        json(["error": ["reason": .string(reason), "message": .string(message)]], status: status)
    }

    /// The answer where as many wait for theirs as may.
    static var busy: Response {
        var response = failure(
            .tooManyRequests, "TooManyRequests",
            "the operator has more to work out for others than it takes on; ask again in 5 seconds")
        response.headers[.retryAfter] = "5"
        return response
    }
}
