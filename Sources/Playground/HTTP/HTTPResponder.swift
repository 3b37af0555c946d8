import Foundation
import HTTPTypes
import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import Threading

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

    var handler: any APIAnswering
    var faults: FaultPlan
    var connections: ConnectionList
    var gate: Locked<RequestGate?>
    var record: @Sendable (APIRequest, Int) -> Void

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = APIRequest.decode(request.uri.path, plusIsSpace: false)
        let query = APIRequest.parseQuery(request.uri.query ?? "")
        let gated = RequestGate.Request(
            method: request.method.rawValue, path: path, query: query, userAgent: request.headers[.userAgent] ?? "")
        connections.add(context.channel)
        // The socket goes on listening: a server that ends while clients connect is more than SwiftNIO stands.
        if connections.isDown.withLock({ $0 }) { return await close(context) }
        // Whole before the gate: a request that is held there arrives even if its sender has gone.
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.bodyLimit)
        } catch {
            let text = "Request entity too large: limit is \(Self.bodyLimit)"
            return response(
                .failure(APIError(code: 413, reason: "RequestEntityTooLarge", message: text)))
        }
        let gate = gate.withLock { $0 }
        var fault = faults.take(method: gated.method, path: path, isWatch: gated.isWatch)
        if fault == nil { fault = await gate?.before(gated) }
        if let fault, let response = try await misbehave(fault, context) { return response }
        let apiRequest = APIRequest(
            method: request.method.rawValue, target: request.uri.string, path: path, query: query,
            accept: request.headers[.accept] ?? "", contentType: request.headers[.contentType] ?? "application/json",
            authorization: request.headers[.authorization] ?? "", userAgent: request.headers[.userAgent] ?? "",
            body: Array(body.readableBytesView))
        let answer = await handler.respond(apiRequest)
        record(apiRequest, answer.code)
        let isWanted = await gate?.after(gated, answer.code) ?? true
        if fault == .loseAnswer || !isWanted { return await close(context) }
        return response(answer, isCut: fault == .cutAnswer)
    }

    private func close(_ context: Context) async -> Response {
        try? await context.channel.close()
        return Response(status: .internalServerError)
    }

    /// The faulty answer, or nil where the request goes on.
    private func misbehave(_ fault: Fault.Action, _ context: Context) async throws -> Response? {
        switch fault {
        case .status(let code, let reason, let retryAfterSeconds, let message):
            let error = APIError(code: code, reason: reason, message: message, retryAfterSeconds: retryAfterSeconds)
            return response(.failure(error))
        case .dropConnection: return await close(context)
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
        case .garble:
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"kind\":\"List\",\"items\":[{]}\n")))
        case .silence:
            try? await context.channel.closeFuture.get()
            return Response(status: .internalServerError)
        case .loseAnswer, .cutAnswer: return nil
        }
    }

    private func response(_ answer: APIResponse, isCut: Bool = false) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        headers[.cacheControl] = "no-cache, private"
        for (name, value) in answer.headers {
            if let field = HTTPField.Name(name) { headers.append(HTTPField(name: field, value: value)) }
        }
        let status = HTTPResponse.Status(code: answer.code)
        switch answer.body {
        case .json(let value):
            let bytes = value.serialized() + [0x0A]
            guard isCut else {
                return Response(
                    status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
            }
            return Response(
                status: status, headers: headers,
                body: ResponseBody(contentLength: bytes.count) { writer in
                    try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count / 2)))
                    throw ConnectionCut()
                })
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
                        case .bytes(let bytes) where isCut:
                            try await writer.write(ByteBuffer(bytes: bytes.prefix(bytes.count * 2 / 3)))
                            throw ConnectionCut()
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
