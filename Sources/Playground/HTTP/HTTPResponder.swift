import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import Logging
import NIOCore

/// Keeps the connection, so that a fault can close it.
struct PlaygroundRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Between Hummingbird and the API: bodies in, bodies out, faults on the way.
struct PlaygroundResponder: HTTPResponder {
    typealias Context = PlaygroundRequestContext

    /// As large as a real API server takes.
    private static let bodyLimit = 3 * 1024 * 1024

    var handler: APIHandler
    var faults: FaultPlan
    var record: @Sendable (APIRequest, Int) -> Void

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = APIRequest.decode(request.uri.path, plusIsSpace: false)
        let query = APIRequest.parseQuery(request.uri.query ?? "")
        let isWatch = query["watch"] == "true" || query["watch"] == "1"
        if let fault = faults.take(method: request.method.rawValue, path: path, isWatch: isWatch) {
            if let response = try await misbehave(fault, context) { return response }
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.bodyLimit)
        } catch {
            let text = "Request entity too large: limit is \(Self.bodyLimit)"
            return response(
                .failure(APIError(code: 413, reason: "RequestEntityTooLarge", message: text)))
        }
        let apiRequest = APIRequest(
            method: request.method.rawValue, path: path, query: query,
            accept: request.headers[.accept] ?? "", contentType: request.headers[.contentType] ?? "application/json",
            authorization: request.headers[.authorization] ?? "", userAgent: request.headers[.userAgent] ?? "",
            body: Array(body.readableBytesView))
        let answer = await handler.respond(apiRequest)
        record(apiRequest, answer.code)
        return response(answer)
    }

    /// The faulty answer, or nil where the request goes on.
    private func misbehave(_ fault: Fault.Action, _ context: Context) async throws -> Response? {
        switch fault {
        case .status(let code, let reason, let retryAfterSeconds):
            let error = APIError(
                code: code, reason: reason, message: "fault injected by the playground",
                retryAfterSeconds: retryAfterSeconds)
            return response(.failure(error))
        case .dropConnection:
            try? await context.channel.close()
            return Response(status: .internalServerError)
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return nil
        case .truncate:
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(contentLength: 1000) { writer in
                    try await writer.write(ByteBuffer(string: "{\"kind\":\"Pod"))
                    throw ConnectionCut()
                })
        }
    }

    private func response(_ answer: APIResponse) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-cache, private"
        for (name, value) in answer.headers {
            if let field = HTTPField.Name(name) { headers.append(HTTPField(name: field, value: value)) }
        }
        let status = HTTPResponse.Status(code: answer.code)
        switch answer.body {
        case .json(let value):
            return Response(
                status: status, headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialized() + [0x0A])))
        case .text(let text):
            return Response(
                status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .stream(let parts):
            return Response(
                status: status, headers: headers,
                body: ResponseBody { writer in
                    // An empty chunk first: the client gets the head of the answer before anything happens.
                    try await writer.write(ByteBuffer())
                    for await part in parts {
                        switch part {
                        case .bytes(let bytes): try await writer.write(ByteBuffer(bytes: bytes))
                        case .cut: throw ConnectionCut()
                        }
                    }
                    try await writer.finish(nil)
                })
        }
    }
}

/// Thrown into a body writer to end the connection.
private struct ConnectionCut: Error {}
