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
}
