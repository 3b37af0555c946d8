import Foundation
import HTTPTransport
import KubernetesClient
import Logging
import Testing

/// What becomes of writes that another write overtook.
@Suite(.patience(minutes: 1))
struct ConflictTests {
    private static let conflict =
        #"{"kind":"Status","status":"Failure","message":"the object has been modified","reason":"Conflict","code":409}"#
    private static let owned =
        #"{"kind":"Status","status":"Failure","message":"1 conflict","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".data.k"}]},"code":409}"#
    private static let exists =
        #"{"kind":"Status","status":"Failure","message":"it is there","reason":"AlreadyExists","code":409}"#
    private static let stored = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"}}"#

    /// How often a write was sent, how long was waited between, and what came of it in the end, where the first answers are
    /// 409 with a Status.
    private func send(
        conflicts: Int, _ status: String = conflict, _ write: (KubernetesClient) async throws -> Void
    ) async throws -> (tries: [ScriptedServer.Request], waits: [Duration], error: KubernetesError?) {
        let tries = Noted(0)
        let server = try ScriptedServer { _, connection in
            let turn = tries.change {
                $0 += 1; return $0
            }
            if turn <= conflicts { connection.respond(409, status) } else { connection.respond(200, Self.stored) }
        }
        defer { server.stop() }
        let time = FakeTime()
        let client = KubernetesClient(
            configuration: ClusterConfiguration(server: server.url, proxy: .none, credentials: .none),
            options: .init(requestsPerSecond: 0), time: time, random: { 0.5 })
        var failure: KubernetesError?
        do { try await write(client) } catch let error as KubernetesError { failure = error }
        return (server.requests, time.sleeps, failure)
    }

    private func map(_ metadata: ObjectMeta = ObjectMeta(name: "a", namespace: "n")) -> ConfigMap {
        ConfigMap(metadata: metadata)
    }

    /// Writes that hold whatever the object is like now.
    enum Unconditional: CaseIterable {
        case create, update, apply, merge, json, delete

        func send(_ client: KubernetesClient) async throws {
            let map = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n"))
            switch self {
            case .create: _ = try await client.create(map)
            case .update: _ = try await client.update(map)
            case .apply: _ = try await client.apply(map, fieldManager: "m")
            // An empty version asks for none.
            case .merge: try await patch(client, .merge(["metadata": ["resourceVersion": "", "labels": ["a": "b"]]]))
            case .json: try await patch(client, .json([["op": "add", "path": "/data/k", "value": "v"]]))
            case .delete: try await client.delete(ConfigMap.self, "a", namespace: "n")
            }
        }

        private func patch(_ client: KubernetesClient, _ patch: Patch) async throws {
            let _: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: "n", patch)
        }
    }

    @Test(arguments: Unconditional.allCases)
    func `a write that asks for no version is sent again after a moment, as it was`(write: Unconditional) async throws {
        let (tries, waits, error) = try await send(conflicts: 2) { try await write.send($0) }
        #expect(error == nil)
        #expect(tries.count == 3 && Set(tries.map(\.body)).count == 1 && Set(tries.map(\.target)).count == 1)
        #expect(waits == [.milliseconds(15), .milliseconds(15)])
    }

    @Test(arguments: Unconditional.allCases)
    func `a write that is overtaken five times is given up`(write: Unconditional) async throws {
        let (tries, waits, error) = try await send(conflicts: .max) { try await write.send($0) }
        #expect(error?.code == .conflict)
        #expect(tries.count == 5 && waits.count == 4)
    }

    /// Writes of somebody who has looked, and must look again.
    enum Conditional: CaseIterable {
        case update, apply, applyToUID, merge, json, jsonMetadata, delete, deleteUID

        func send(_ client: KubernetesClient) async throws {
            let seen = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n", resourceVersion: "7"))
            let one = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n", uid: "u"))
            switch self {
            case .update: _ = try await client.update(seen)
            case .apply: _ = try await client.apply(seen, fieldManager: "m")
            case .applyToUID: _ = try await client.apply(one, fieldManager: "m")
            case .merge: try await patch(client, .merge(["metadata": ["resourceVersion": "7"]]))
            case .json:
                try await patch(client, .json([["op": "replace", "path": "/metadata/resourceVersion", "value": "7"]]))
            case .jsonMetadata: try await patch(client, .json([["op": "replace", "path": "/metadata", "value": [:]]]))
            case .delete:
                try await client.delete(ConfigMap.self, "a", namespace: "n", options: .init(resourceVersion: "7"))
            case .deleteUID: try await client.delete(ConfigMap.self, "a", namespace: "n", options: .init(uid: "u"))
            }
        }

        private func patch(_ client: KubernetesClient, _ patch: Patch) async throws {
            let _: ConfigMap = try await client.patch(ConfigMap.self, "a", namespace: "n", patch)
        }
    }

    @Test(arguments: Conditional.allCases)
    func `a write that asks for a version or an object goes back to its sender at once`(
        write: Conditional
    ) async throws {
        let (tries, waits, error) = try await send(conflicts: .max) { try await write.send($0) }
        #expect(error?.code == .conflict)
        #expect(tries.count == 1 && waits.isEmpty)
    }

    @Test func `a conflict of field managers, and an object that exists, are not tried again`() async throws {
        let owned = try await send(conflicts: .max, Self.owned) { _ = try await $0.apply(map(), fieldManager: "m") }
        #expect(owned.tries.count == 1 && owned.error?.isFieldManagerConflict == true)
        let exists = try await send(conflicts: .max, Self.exists) { _ = try await $0.create(map()) }
        #expect(exists.tries.count == 1 && exists.error?.code == .alreadyExists)
        // A 409 that does not say what it means is not known to have done nothing.
        let unknown = try await send(conflicts: .max, "{}") { _ = try await $0.create(map()) }
        #expect(unknown.tries.count == 1 && unknown.error?.code == .conflict)
    }

    /// The longest of twenty waits of a key whose reconciles fail with an error.
    private func longestWait(after error: KubernetesError) async -> Duration {
        let time = FakeTime()
        let turns = Noted(0)
        let controller = Controller(
            name: "test", workers: 1, time: time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in
            if turns.change({
                $0 += 1; return $0
            }) <= 20 {
                throw error
            }
            return .done
        }
        controller.queue.add(ObjectKey(namespace: "n", name: "a"))
        let task = Task { try await controller.run() }
        await eventually("it came through") { turns.value == 21 }
        task.cancel()
        return time.sleeps.max() ?? .zero
    }

    @Test func `conflicts hold a key up for a second at most, what lasts for longer`() async throws {
        func error(_ status: String) throws -> KubernetesError {
            KubernetesError(
                code: .conflict, message: "409", status: try JSONValue(parsing: Array(status.utf8)).decode(Status.self),
                httpStatus: 409)
        }
        #expect(await longestWait(after: try error(Self.conflict)) == .seconds(1))
        #expect(await longestWait(after: try error(Self.owned)) > .seconds(100))
        #expect(await longestWait(after: KubernetesError(code: .server, message: "500")) > .seconds(100))
    }
}
