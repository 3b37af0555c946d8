import Foundation
import HTTPTransport
import KubernetesClient

/// The store behind a real API server: what stands in it is what was committed.
///
/// The API server writes it as JSON (`--storage-media-type`), under `/registry/[GROUP/]PLURAL/NAMESPACE/NAME`.
final class Etcd: Sendable {
    private let url: String
    private let http = HTTPClient(configuration: .init(proxy: .none))
    private let task = Shared<Task<Void, Never>?>(nil)

    init(url: String) { self.url = url }

    /// Tells of every change from now on, in order.
    func observe(_ tell: @escaping @Sendable (Commit) -> Void) async throws {
        let prefix = Data("/registry/".utf8).base64EncodedString()
        let end = Data("/registry0".utf8).base64EncodedString()
        let response = try await http.send(
            post("watch", ["create_request": ["key": .string(prefix), "range_end": .string(end)]]))
        let (begun, begins) = AsyncStream<Void>.makeStream()
        let running = Task {
            var objects: [String: JSONValue] = [:]
            var buffer: [UInt8] = []
            do {
                for try await chunk in response.body {
                    buffer += chunk
                    while let end = buffer.firstIndex(of: 0x0A) {
                        let line = try JSONValue(parsing: Array(buffer[..<end]))
                        buffer.removeFirst(end + 1)
                        if line["result", "created"] == true { begins.finish() }
                        for event in line["result", "events"]?.arrayValue ?? [] {
                            if let commit = Self.commit(event, &objects) { tell(commit) }
                        }
                    }
                }
            } catch {}
            begins.finish()
        }
        task.change { $0 = running }
        for await _ in begun {}
    }

    func stop() async {
        let running = task.value
        running?.cancel()
        await running?.value
    }

    /// Forgets every revision before the current one.
    func compact() async throws {
        let key = JSONValue.string(Data("presage".utf8).base64EncodedString())
        let answer = try await http.fetch(post("kv/range", ["key": key]))
        guard let revision = try JSONValue(parsing: answer.body)["header", "revision"] else { return }
        _ = try await http.fetch(post("kv/compaction", ["revision": revision]))
    }

    private func post(_ path: String, _ body: JSONValue) -> HTTPRequest {
        HTTPRequest(method: "POST", url: "\(url)/v3/\(path)", body: .bytes(body.serialized()))
    }

    private static func commit(_ event: JSONValue, _ objects: inout [String: JSONValue]) -> Commit? {
        guard let bytes = event["kv", "key"]?.stringValue.flatMap({ Data(base64Encoded: $0) }) else { return nil }
        let key = String(decoding: bytes, as: UTF8.self)
        let parts = key.split(separator: "/").map(String.init)
        guard parts.count >= 4 else { return nil }
        let previous = objects[key]
        let isDeleted = event["type"] == "DELETE"
        let value = event["kv", "value"]?.stringValue.flatMap { Data(base64Encoded: $0) }
        let now = value.flatMap { try? JSONValue(parsing: Array($0)) }
        objects[key] = isDeleted ? nil : now
        guard let object = isDeleted ? previous : now else { return nil }
        let isFirst = event["kv", "version"]?.stringValue == "1"
        return Commit(
            change: isDeleted ? .deleted : isFirst ? .added : .modified, plural: parts[parts.count - 3],
            namespace: parts[parts.count - 2], name: parts[parts.count - 1], object: object, previous: previous)
    }
}
