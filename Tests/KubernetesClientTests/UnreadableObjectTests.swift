import Foundation
import KubernetesClient
import Logging
import Testing

@Suite(.patience(minutes: 2))
struct UnreadableObjectTests {
    private func quiet() -> Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    @Test func `an object that cannot be read does not stop the others`() async throws {
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                connection.chunk(
                    #"{"type":"ADDED","object":{"metadata":{"name":"bad2","resourceVersion":"11","labels":5}}}"# + "\n")
                connection.chunk(
                    #"{"type":"ADDED","object":{"metadata":{"name":"good2","resourceVersion":"12"}}}"# + "\n")
                _ = connection.waitForClose(seconds: 120)
            } else {
                connection.respond(
                    200,
                    #"{"metadata":{"resourceVersion":"10"},"items":[{"metadata":{"name":"bad","labels":[]}},{"metadata":{"name":"good"}}]}"#
                )
            }
        }
        defer { server.stop() }
        let informer = Informer(client: KubernetesClient(server), ConfigMap.self, logger: quiet())
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        await eventually("both good objects are there") {
            Set(informer.store.all.map(\.metadata.name)) == ["good", "good2"]
        }
    }

    @Test(arguments: [false, true])
    func `an object that becomes unreadable leaves the store, is known as such, and comes back when it is mended`(
        listsAgain: Bool
    ) async throws {
        let mended = Noted(false)
        let lists = Noted(0)
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                if listsAgain, lists.value == 1 {
                    connection.chunk(
                        #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"# + "\n")
                    return
                }
                if !listsAgain {
                    connection.chunk(
                        #"{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"11","labels":5}}}"#
                            + "\n")
                }
                while !mended.value { usleep(10_000) }
                connection.chunk(
                    #"{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"12"}}}"# + "\n")
                _ = connection.waitForClose(seconds: 120)
            } else {
                lists.change { $0 += 1 }
                let a =
                    lists.value == 1
                    ? #"{"metadata":{"name":"a","resourceVersion":"9"}}"#
                    : #"{"metadata":{"name":"a","resourceVersion":"11","labels":5}}"#
                connection.respond(
                    200,
                    #"{"metadata":{"resourceVersion":"11"},"items":[\#(a),{"metadata":{"name":"b","resourceVersion":"8"}}]}"#
                )
            }
        }
        defer { server.stop() }
        let informer = Informer(client: KubernetesClient(server), ConfigMap.self, logger: quiet())
        let seen = Noted([String]())
        informer.onEvent { event in
            guard event.object.metadata.name == "a" else { return }
            let what =
                switch event {
                case .added: "added"
                case .updated: "updated"
                case .deleted: "deleted"
                }
            seen.change { $0.append("\(what) \(event.object.metadata.resourceVersion ?? "")") }
        }
        informer.onUnreadable { key in seen.change { $0.append("unreadable \(key)") } }
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        let key = ObjectKey(namespace: nil, name: "a")
        await eventually("it is known to be unreadable") { informer.store.unreadable(key) != nil }
        #expect(informer.store.get(key) == nil && informer.store.all.map(\.metadata.name) == ["b"])
        #expect(informer.store.unreadable(key)?.reason.contains("metadata.labels") == true)
        mended.change { $0 = true }
        await eventually("it is back") { informer.store.get(key) != nil }
        #expect(informer.store.unreadable.isEmpty)
        #expect(seen.value == ["added 9", "deleted 9", "unreadable a", "added 12"])
    }

    @Test func `an object that can no longer be read goes when it is deleted`() async throws {
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                for event in [
                    #"{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"11","labels":5}}}"#,
                    #"{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"12","labels":5}}}"#,
                    #"{"type":"ADDED","object":{"metadata":{"name":"b","resourceVersion":"13"}}}"#,
                ] {
                    connection.chunk(event + "\n")
                }
                _ = connection.waitForClose(seconds: 120)
            } else {
                connection.respond(
                    200,
                    #"{"metadata":{"resourceVersion":"10"},"items":[{"metadata":{"name":"a","resourceVersion":"9"}}]}"#)
            }
        }
        defer { server.stop() }
        let informer = Informer(client: KubernetesClient(server), ConfigMap.self, logger: quiet())
        let deleted = Noted([String]())
        informer.onEvent { event in
            if case .deleted(let object) = event { deleted.change { $0.append(object.metadata.name) } }
        }
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        await eventually("the last event is there") { informer.store.all.contains { $0.metadata.name == "b" } }
        #expect(informer.store.all.map(\.metadata.name) == ["b"] && deleted.value == ["a"])
    }

    @Test func `what is known of an unreadable object is worked out once, and found by index`() async throws {
        let mended = Noted(false)
        let server = try ScriptedServer { request, connection in
            if request.query("watch") == "true" {
                connection.beginChunked()
                while !mended.value { usleep(10_000) }
                for event in [
                    #"{"type":"MODIFIED","object":{"metadata":{"name":"a","resourceVersion":"11"},"data":{"of":"x"}}}"#,
                    #"{"type":"DELETED","object":{"metadata":{"name":"b","resourceVersion":"12","labels":5}}}"#,
                    #"{"type":"MODIFIED","object":{"metadata":{"name":"c","resourceVersion":"13","labels":5},"data":{"of":"y"}}}"#,
                    #"{"type":"ADDED","object":{"metadata":{"name":"last","resourceVersion":"14"}}}"#,
                ] {
                    connection.chunk(event + "\n")
                }
                _ = connection.waitForClose(seconds: 120)
            } else {
                let items = ["a", "b", "c"].map {
                    #"{"metadata":{"name":"\#($0)","resourceVersion":"9","labels":5},"data":{"of":"x"}}"#
                }
                connection.respond(
                    200, #"{"metadata":{"resourceVersion":"10"},"items":[\#(items.joined(separator: ","))]}"#)
            }
        }
        defer { server.stop() }
        let worked = Noted(0)
        let informer = Informer(
            client: KubernetesClient(server), ConfigMap.self, indexes: ["of": { $0.data["of"].map { [$0] } ?? [] }],
            outline: { unreadable -> ConfigMap? in
                worked.change { $0 += 1 }
                var outline = ConfigMap(
                    metadata: ObjectMeta(name: unreadable.json["metadata", "name"]?.stringValue ?? ""))
                outline.data = ["of": unreadable.json["data", "of"]?.stringValue ?? ""]
                return outline
            }, logger: quiet())
        let task = Task { try await informer.run() }
        defer { task.cancel() }
        func outlines(_ value: String) -> [String] {
            informer.store.outlines(index: "of", value: value).map(\.metadata.name)
        }
        await eventually("all three are known") { informer.store.unreadable.count == 3 }
        for _ in 0..<100 { #expect(outlines("x") == ["a", "b", "c"] && outlines("y").isEmpty) }
        #expect(worked.value == 3)
        #expect(informer.store.list(index: "of", value: "x").isEmpty)

        mended.change { $0 = true }
        let last = ObjectKey(namespace: nil, name: "last")
        await eventually("the last event is there") { informer.store.get(last) != nil }
        #expect(outlines("x").isEmpty && outlines("y") == ["c"])
        #expect(informer.store.list(index: "of", value: "x").map(\.metadata.name) == ["a"])
        #expect(worked.value == 4)
    }
}
