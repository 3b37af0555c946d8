import Foundation
import HTTPTransport
import KubernetesClient

@testable import Playground

/// Passes requests on to a real API server, and what becomes of open watches is what the hub says.
struct Forwarder: APIAnswering {
    private let server: String
    private let http: HTTPClient
    private let hub: WatchHub
    /// For requests that carry none.
    private let token: String?

    init(to configuration: ClusterConfiguration, hub: WatchHub, token: String?) {
        server = configuration.server
        http = HTTPClient(configuration: .init(tls: configuration.tls, proxy: .none))
        self.hub = hub
        self.token = token
    }

    func respond(_ request: APIRequest) async -> APIResponse {
        do {
            var headers: HTTPHeaders = [
                "Accept": request.accept, "Content-Type": request.contentType, "User-Agent": request.userAgent,
            ]
            headers["Authorization"] =
                request.authorization.isEmpty ? token.map { "Bearer \($0)" } : request.authorization
            let response = try await http.send(
                HTTPRequest(
                    method: request.method, url: server + request.target, headers: headers,
                    body: request.body.isEmpty ? .none : .bytes(request.body)))
            var answer = APIResponse(
                code: response.status, contentType: response.headers["Content-Type"] ?? "application/json",
                body: .text(""))
            if let wait = response.headers["Retry-After"] { answer.headers.append(("Retry-After", wait)) }
            if request.flag("watch"), response.status == 200 {
                answer.body = .stream(watch(response.body))
            } else {
                let body = try await response.body.collect()
                answer.body =
                    (try? JSONValue(parsing: body)).map { .json($0) } ?? .text(String(decoding: body, as: UTF8.self))
            }
            return answer
        } catch {
            // As of a load balancer: what was asked may be done or not.
            return .failure(APIError(code: 503, reason: "ServiceUnavailable", message: "the server is gone"))
        }
    }

    /// The lines of a watch, whole ones, until the hub says otherwise.
    private func watch(_ body: HTTPResponseBody) -> AsyncStream<APIResponse.StreamPart> {
        let (signals, signal) = AsyncStream<WatchHub.Signal>.makeStream()
        let (parts, output) = AsyncStream<APIResponse.StreamPart>.makeStream()
        let id = hub.add(signal)
        let isMute = Shared(false)
        let lines = Task {
            var buffer: [UInt8] = []
            do {
                for try await chunk in body {
                    buffer += chunk
                    guard let end = buffer.lastIndex(of: 0x0A) else { continue }
                    if !isMute.value { output.yield(.bytes(Array(buffer[...end]))) }
                    buffer.removeFirst(end + 1)
                }
            } catch {
                output.yield(.cut)
            }
            if !isMute.value { output.finish() }
        }
        let orders = Task {
            for await order in signals {
                switch order {
                case .event, .bookmark: continue
                case .mute:
                    isMute.change { $0 = true }
                    continue
                case .end: break
                case .cut:
                    output.yield(.bytes(Array("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"".utf8)))
                    output.yield(.cut)
                case .garble:
                    output.yield(.bytes(Array("{\"type\":\"MODIFIED\",\"object\":{\"kind\":}}\n".utf8)))
                case .expire:
                    let error = APIError.expired("The resourceVersion for the provided watch is too old.")
                    output.yield(.bytes(WatchSession.bytes("ERROR", error.status)))
                }
                output.finish()
                return
            }
        }
        output.onTermination = { [hub] _ in
            hub.remove(id)
            lines.cancel()
            orders.cancel()
        }
        return parts
    }
}
