import HTTPTransport
import KubernetesClient
import Testing

@testable import Playground

struct WatchTests {
    private func version(_ api: TestAPI) async throws -> String {
        try await api.send("GET", Fixtures.configMaps).json["metadata", "resourceVersion"]?.stringValue ?? ""
    }

    @Test func `a watch replays from a resource version and then follows`() async throws {
        try await TestAPI.run { (api) async throws in
            let start = try await version(api)
            _ = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a"))
            _ = try await api.send("PUT", Fixtures.configMaps + "/a", Fixtures.configMap("a", ["b": "2"]))
            async let watched = api.watch(Fixtures.configMaps + "?watch=true&resourceVersion=\(start)", count: 3)
            try await Task.sleep(for: .milliseconds(100))
            _ = try await api.send("DELETE", Fixtures.configMaps + "/a")
            let events = try await watched
            #expect(events.map { $0["type"]?.stringValue } == ["ADDED", "MODIFIED", "DELETED"])
            let versions = events.map { $0["object"]?.revision ?? 0 }
            #expect(versions == versions.sorted())
        }
    }

    @Test func `a selector turns changes into additions and deletions`() async throws {
        try await TestAPI.run { (api) async throws in
            let start = try await version(api)
            var body = Fixtures.configMap("a")
            _ = try await api.send("POST", Fixtures.configMaps, body)
            body["metadata", "labels"] = ["on": "yes"]
            _ = try await api.send("PUT", Fixtures.configMaps + "/a", body)
            body["metadata", "labels"] = nil
            _ = try await api.send("PUT", Fixtures.configMaps + "/a", body)
            let path = Fixtures.configMaps + "?watch=true&labelSelector=on%3Dyes&resourceVersion=\(start)"
            let events = try await api.watch(path, count: 2)
            #expect(events.map { $0["type"]?.stringValue } == ["ADDED", "DELETED"])
        }
    }

    @Test func `initial events end with an annotated bookmark`() async throws {
        try await TestAPI.run { (api) async throws in
            _ = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a"))
            let path =
                Fixtures.configMaps
                + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan"
            let events = try await api.watch(path, count: 2)
            #expect(events.map { $0["type"]?.stringValue } == ["ADDED", "BOOKMARK"])
            #expect(events[1]["object", "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
        }
    }

    @Test func `bookmarks come, and a watch ends at its timeout`() async throws {
        try await TestAPI.run({ $0.bookmarkInterval = .milliseconds(50) }) { (api) async throws in
            let path = Fixtures.configMaps + "?watch=true&allowWatchBookmarks=true"
            #expect(try await api.watch(path, count: 4).allSatisfy { $0["type"] == "BOOKMARK" })
            // So many would take three hours.
            let events = try await api.watch(path + "&timeoutSeconds=1", count: 200_000)
            #expect(events.count < 200_000 && events.allSatisfy { $0["type"] == "BOOKMARK" })
        }
    }

    @Test func `a revision that is too old gets a 410 event`() async throws {
        try await TestAPI.run { (api) async throws in
            let start = try await version(api)
            _ = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap("a"))
            api.server.compactHistory()
            let events = try await api.watch(
                Fixtures.configMaps + "?watch=true&resourceVersion=\(start)", count: 1)
            #expect(events[0]["type"] == "ERROR")
            #expect(events[0]["object", "code"] == 410)
            #expect(events[0]["object", "reason"] == "Expired")
        }
    }

    @Test func `a cut watch ends in the middle of a line`() async throws {
        try await TestAPI.run { (api) async throws in
            let response = try await api.client.send(
                HTTPRequest(url: api.server.url + Fixtures.configMaps + "?watch=true"))
            while api.server.openWatches == 0 { try await Task.sleep(for: .milliseconds(10)) }
            api.server.cutWatches()
            var bytes: [UInt8] = []
            await #expect(throws: (any Error).self) {
                for try await chunk in response.body { bytes += chunk }
            }
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("{\"type\":\"MODIFIED\""))
            #expect(bytes.last != 0x0A)
        }
    }

    @Test func `faults happen to the requests that match, as often as asked`() async throws {
        try await TestAPI.run { (api) async throws in
            api.server.inject(Fault(Fault.tooManyRequests, method: "GET", path: "/configmaps", times: 2))
            for _ in 0..<2 { #expect(try await api.send("GET", Fixtures.configMaps).code == 429) }
            #expect(try await api.send("GET", Fixtures.configMaps).code == 200)
            // libcurl tries once more where a connection that it kept open breaks.
            api.server.inject(Fault(.dropConnection, times: 10))
            await #expect(throws: (any Error).self) { try await api.send("GET", Fixtures.configMaps) }
            api.server.clearFaults()
            api.server.inject(Fault(.truncate))
            await #expect(throws: (any Error).self) { try await api.send("GET", Fixtures.configMaps) }
            #expect(try await api.send("GET", Fixtures.configMaps).code == 200)
        }
    }

    @Test func `a table watch sends its columns once`() async throws {
        try await TestAPI.run { (api) async throws in
            for name in ["a", "b"] { _ = try await api.send("POST", Fixtures.configMaps, Fixtures.configMap(name)) }
            var headers: HTTPHeaders = [:]
            headers.add("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
            let response = try await api.client.send(
                HTTPRequest(
                    url: api.server.url + Fixtures.configMaps + "?watch=true&timeoutSeconds=1", headers: headers))
            let text = String(decoding: try await response.body.collect(), as: UTF8.self)
            let tables = try text.split(separator: "\n").map { try JSONValue(parsing: String($0))["object"] ?? [:] }
            #expect(tables.count == 2)
            #expect(tables[0]["columnDefinitions"]?.arrayValue?.count == 3)
            #expect(tables[1]["columnDefinitions"]?.arrayValue?.isEmpty == true)
            #expect(tables[1]["rows", 0, "cells", 0] == "b")
        }
    }
}
