import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@Suite(.patience(minutes: 1))
struct EventTests {
    /// Keeps Events as an API server would.
    private final class EventServer: @unchecked Sendable {
        let events = Noted([String: JSONValue]())
        private(set) var server: ScriptedServer?
        init() throws {
            server = try ScriptedServer { [events] request, connection in
                guard var body = try? JSONValue(parsing: request.body) else { return connection.respond(400, "{}") }
                if request.method == "POST" {
                    let name = body["metadata", "name"]?.stringValue ?? ""
                    events.change { $0[name] = body }
                    return connection.respond(201, body.serialized())
                }
                let name = request.path.split(separator: "/").last.map(String.init) ?? ""
                guard let known = events.value[name] else {
                    return connection.respond(404, #"{"kind":"Status","code":404}"#)
                }
                for (key, value) in body.objectValue ?? [:] {
                    body = known; body[key: key] = value; events.change { $0[name]?[key: key] = value }
                }
                connection.respond(200, (events.value[name] ?? [:]).serialized())
            }
        }
    }

    private func recording(_ body: (EventRecorder, EventServer, FakeTime) async throws -> Void) async throws {
        let server = try EventServer()
        let scripted = try #require(server.server)
        defer { scripted.stop() }
        let time = FakeTime()
        let recorder = EventRecorder(
            client: KubernetesClient(scripted, time: time), component: "presage", instance: "pod-1")
        let task = Task { try await recorder.run() }
        defer { task.cancel() }
        try await body(recorder, server, time)
    }

    private let object = ConfigMap(
        metadata: ObjectMeta(name: "web", namespace: "shop", uid: "u1", resourceVersion: "5"))

    @Test func `an event names its object and who reports`() async throws {
        try await recording { recorder, server, _ in
            recorder.record(object, .warning, reason: "TrainingFailed", message: "the series is empty")
            await eventually("the event is there") { server.events.value.count == 1 }
            let event = try #require(server.events.value.values.first)
            #expect(
                event["involvedObject"] == [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": "web", "namespace": "shop", "uid": "u1",
                    "resourceVersion": "5",
                ])
            #expect(event["type"] == "Warning" && event["reason"] == "TrainingFailed" && event["count"] == 1)
            #expect(event["source", "component"] == "presage" && event["reportingInstance"] == "pod-1")
            #expect(event["metadata", "namespace"] == "shop")
        }
    }

    @Test func `the same event again raises its count, and is written anew when the server forgot it`() async throws {
        try await recording { recorder, server, _ in
            for _ in 0..<3 { recorder.record(object, .normal, reason: "R", message: "same") }
            await eventually("the count is three") { server.events.value.values.first?["count"] == 3 }
            #expect(server.events.value.count == 1)
            server.events.change { $0 = [:] }
            recorder.record(object, .normal, reason: "R", message: "same")
            await eventually("it is written anew") { server.events.value.values.first?["count"] == 4 }
        }
    }

    @Test func `many similar events become one, and an object cannot flood the server`() async throws {
        try await recording { recorder, server, _ in
            for index in 0..<100 { recorder.record(object, .normal, reason: "R", message: "number \(index)") }
            recorder.record(
                ConfigMap(metadata: ObjectMeta(name: "other", namespace: "shop")), .normal, reason: "R", message: "last"
            )
            await eventually("the other object's event came") {
                server.events.value.values.contains { $0["message"] == "last" }
            }
            let own = server.events.value.values.filter { $0["involvedObject", "name"] == "web" }
            #expect(own.count == 11)
            let combined = own.filter {
                $0["message"]?.stringValue?.hasPrefix("(combined from similar events)") == true
            }
            #expect(combined.count == 1)
            #expect(combined.first?["count"] == 15)
        }
    }

    @Test func `a long message is cut to what the server takes`() async throws {
        try await recording { recorder, server, _ in
            recorder.record(object, .normal, reason: "R", message: String(repeating: "x", count: 5000))
            await eventually("the event is there") { server.events.value.count == 1 }
            #expect(server.events.value.values.first?["message"]?.stringValue?.count == 1024)
        }
    }
}
