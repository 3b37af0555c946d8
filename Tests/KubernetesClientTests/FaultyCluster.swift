import Foundation
import KubernetesClient

/// An API server of one kind, ConfigMaps, that lists and watches from a log of events, and breaks as told.
final class FaultyCluster: @unchecked Sendable {
    /// What goes wrong with a request.
    enum Fault: String, CaseIterable, Sendable {
        case resetBeforeAnswer, error429, error500, error503, truncatedJSON, garbledJSON, resetMidObject, cutMidLine
        case goneAnswer, goneInStream, errorInStream, silence, earlyEnd, slow
    }

    private struct Entry {
        var version: Int
        var type: String
        var object: JSONValue
    }

    private let lock = NSLock()
    private var version = 100
    private var objects: [String: JSONValue] = [:]
    private var log: [Entry] = []
    private var compacted = 0
    private var chosen: @Sendable (ScriptedServer.Request) -> Fault? = { _ in nil }
    private var counts: [Fault: Int] = [:]
    private var stopping = false
    private var server: ScriptedServer?

    var url: String { server?.url ?? "" }
    /// How often each fault was injected.
    var injected: [Fault: Int] { lock.withLock { counts } }
    /// Every request so far.
    var requests: [ScriptedServer.Request] { server?.requests ?? [] }

    init() throws {
        server = try ScriptedServer { [weak self] request, connection in self?.serve(request, connection) }
    }

    func stop() {
        lock.withLock { stopping = true }
        server?.stop()
    }

    func setFaults(_ choose: @escaping @Sendable (ScriptedServer.Request) -> Fault?) {
        lock.withLock { chosen = choose }
    }

    /// The names with their versions.
    var contents: [String: String] {
        lock.withLock { objects.mapValues { $0["metadata", "resourceVersion"]?.stringValue ?? "" } }
    }

    func put(_ name: String, _ data: String = "") {
        lock.withLock {
            version += 1
            let object: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": .string(name), "namespace": "n", "uid": .string("uid-\(name)"),
                    "resourceVersion": .string(String(version)),
                    "managedFields": [["manager": "m", "fieldsV1": ["f:data": [:]]]],
                ],
                "data": ["value": .string(data)],
            ]
            log.append(Entry(version: version, type: objects[name] == nil ? "ADDED" : "MODIFIED", object: object))
            objects[name] = object
        }
    }

    func remove(_ name: String) {
        lock.withLock {
            guard var object = objects.removeValue(forKey: name) else { return }
            version += 1
            object["metadata", "resourceVersion"] = .string(String(version))
            log.append(Entry(version: version, type: "DELETED", object: object))
        }
    }

    /// Forgets the log: watches from before get 410.
    func compact() {
        lock.withLock {
            compacted = version
            log = []
        }
    }

    private func serve(_ request: ScriptedServer.Request, _ connection: ScriptedServer.Connection) {
        let fault = lock.withLock { chosen(request) }
        if let fault { lock.withLock { counts[fault, default: 0] += 1 } }
        switch fault {
        case .resetBeforeAnswer: return connection.reset()
        case .error429: return connection.respond(429, "{}", headers: ["Retry-After": "0"])
        case .error500: return connection.respond(500, #"{"kind":"Status","code":500,"message":"broken"}"#)
        case .error503: return connection.respond(503, "{}")
        case .goneAnswer: return connection.respond(410, #"{"kind":"Status","reason":"Expired","code":410}"#)
        case .slow: usleep(80_000)
        default: break
        }
        if request.query("watch") == "true" { watch(request, connection, fault) } else { list(connection, fault) }
    }

    private func list(_ connection: ScriptedServer.Connection, _ fault: Fault?) {
        let body: JSONValue = lock.withLock {
            [
                "kind": "ConfigMapList", "metadata": ["resourceVersion": .string(String(version))],
                "items": .array(Array(objects.values)),
            ]
        }
        let bytes = body.serialized()
        switch fault {
        case .truncatedJSON: connection.respond(200, Array(bytes.dropLast(7)))
        case .garbledJSON: connection.respond(200, Array(bytes.dropLast(3)) + Array("}}x".utf8))
        case .resetMidObject, .cutMidLine:
            connection.send("HTTP/1.1 200 X\r\nContent-Length: \(bytes.count)\r\n\r\n")
            connection.send(Array(bytes.prefix(bytes.count / 2)))
            connection.reset()
        default: connection.respond(200, bytes)
        }
    }

    private func watch(_ request: ScriptedServer.Request, _ connection: ScriptedServer.Connection, _ fault: Fault?) {
        let from = request.query("resourceVersion").flatMap { Int($0) } ?? 0
        let gone = lock.withLock { from < compacted }
        if gone { return connection.respond(410, #"{"kind":"Status","reason":"Expired","code":410}"#) }
        connection.beginChunked()
        var seen = from
        var sent = 0
        let begun = Date()
        while !lock.withLock({ stopping }), Date().timeIntervalSince(begun) < 20 {
            let (fresh, now, lost) = lock.withLock { (log.filter { $0.version > seen }, version, seen < compacted) }
            if lost {
                return event("ERROR", ["kind": "Status", "reason": "Expired", "code": 410], connection, end: true)
            }
            for entry in fresh {
                let line = line(entry.type, entry.object)
                if sent >= 1, let fault {
                    switch fault {
                    case .cutMidLine:
                        connection.chunk(String(line.prefix(line.count / 2)))
                        return connection.send("0\r\n\r\n") ? () : ()
                    case .resetMidObject:
                        connection.chunk(String(line.prefix(line.count / 2)))
                        return connection.reset()
                    case .goneInStream:
                        return event(
                            "ERROR", ["kind": "Status", "reason": "Expired", "code": 410], connection, end: true)
                    case .errorInStream:
                        return event(
                            "ERROR", ["kind": "Status", "message": "etcd", "code": 500], connection, end: true)
                    case .garbledJSON, .truncatedJSON:
                        connection.chunk(String(line.dropLast(9)) + "\n")
                        return connection.send("0\r\n\r\n") ? () : ()
                    case .silence:
                        _ = connection.waitForClose(seconds: 120)
                        return connection.close()
                    case .earlyEnd: return connection.send("0\r\n\r\n") ? () : ()
                    default: break
                    }
                }
                connection.chunk(line)
                sent += 1
                seen = entry.version
            }
            if fresh.isEmpty, seen < now {
                seen = now
                event(
                    "BOOKMARK", ["kind": "ConfigMap", "metadata": ["resourceVersion": .string(String(now))]], connection
                )
            }
            if connection.isClosed { return }
            usleep(1000)
        }
        connection.send("0\r\n\r\n")
    }

    private func line(_ type: String, _ object: JSONValue) -> String {
        JSONValue.object(["type": .string(type), "object": object]).jsonString() + "\n"
    }

    private func event(_ type: String, _ object: JSONValue, _ connection: ScriptedServer.Connection, end: Bool = false)
    {
        connection.chunk(line(type, object))
        if end { connection.send("0\r\n\r\n") }
    }
}
