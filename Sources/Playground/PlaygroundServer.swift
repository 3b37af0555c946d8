public import Foundation
import Hummingbird
import HummingbirdCore
import KubernetesClient
import Logging
import NIOCore
import Serving
import Threading

/// An in-memory Kubernetes API over real HTTP, with the controllers and the kubelet that a Job needs.
///
/// ```swift
/// let playground = try await PlaygroundServer.start()
/// defer { await playground.stop() }
/// // playground.kubeconfig is for clients, playground.url for curl
/// ```
public final class PlaygroundServer: Sendable {
    /// The address of the API, such as `http://127.0.0.1:40001`.
    public let url: String
    /// The port that it listens on.
    public let port: Int
    /// The bearer token of the administrator.
    public let token: String
    /// Where sandboxes and logs of pods lie.
    public let dataDirectory: URL

    let cluster: Cluster
    let tokens: TokenStore
    private let faults: FaultPlan
    private let hub: WatchHub
    private let requests: Locked<[RequestRecord]>
    private let connections: ConnectionList
    private let gate: Locked<RequestGate?>
    private let server: Task<Void, Never>
    private let isTemporary: Bool
    private let controllers: Controllers

    /// A request that was answered.
    public struct RequestRecord: Sendable, Hashable {
        /// The HTTP method.
        public var method: String
        /// The path without its query.
        public var path: String
        /// The query parameters.
        public var query: [String: String]
        /// The status code of the answer.
        public var code: Int
    }

    private init(
        port: Int, host: String, token: String, parts: Parts, server: Task<Void, Never>, controllers: Controllers
    ) {
        url = "http://\(host):\(port)"
        self.port = port
        self.token = token
        dataDirectory = parts.directory
        isTemporary = parts.isTemporary
        cluster = parts.cluster
        tokens = parts.tokens
        faults = parts.faults
        hub = parts.hub
        requests = parts.requests
        connections = parts.connections
        gate = parts.gate
        self.server = server
        self.controllers = controllers
    }

    /// What is made before the port is known.
    private struct Parts: Sendable {
        var directory: URL
        var isTemporary: Bool
        var cluster: Cluster
        var tokens: TokenStore
        var faults = FaultPlan()
        var hub = WatchHub()
        var connections = ConnectionList()
        var gate = Locked<RequestGate?>(nil)
        var requests = Locked<[RequestRecord]>([])
    }

    /// Starts a playground and returns when it listens.
    ///
    /// - Throws: ``PlaygroundError`` where the data directory cannot be made or the port is taken.
    public static func start(
        _ configuration: PlaygroundConfiguration = PlaygroundConfiguration()
    ) async throws -> PlaygroundServer {
        let directory =
            configuration.dataDirectory
            ?? FileManager.default.temporaryDirectory.appending(path: "presage-playground-\(UUID().uuidString)")
        let pods = directory.appending(path: "pods")
        do {
            try FileManager.default.createDirectory(at: pods, withIntermediateDirectories: true)
        } catch {
            throw PlaygroundError(
                code: .dataDirectory, message: "cannot make the data directory \(directory.path): \(error)")
        }
        let cluster = Cluster(historyLimit: configuration.historyLimit, now: configuration.now)
        let parts = Parts(
            directory: directory, isTemporary: configuration.dataDirectory == nil, cluster: cluster,
            tokens: TokenStore(allowsAnonymous: configuration.allowsAnonymous))
        let token = parts.tokens.issue("kubernetes-admin")
        let logs = PodLogFiles(directory: pods)
        let handler = APIHandler(
            cluster: cluster, tokens: parts.tokens, logs: logs, bookmarkInterval: configuration.bookmarkInterval,
            watches: parts.hub)
        let requests = parts.requests
        let responder = PlaygroundResponder(
            handler: handler, faults: parts.faults, connections: parts.connections, gate: parts.gate
        ) { request, code in
            let record = RequestRecord(
                method: request.method, path: request.path, query: request.query, code: code)
            requests.withLock { records in
                if records.count >= 10_000 { records.removeFirst(5_000) }
                records.append(record)
            }
        }
        let (port, server) = try await listen(responder, configuration)
        let controllers = Controllers.start(
            cluster: cluster, tokens: parts.tokens, url: "http://\(configuration.host):\(port)",
            runner: configuration.pods, logs: logs)
        return PlaygroundServer(
            port: port, host: configuration.host, token: token, parts: parts, server: server,
            controllers: controllers)
    }

    /// Serves in a task of its own; returns when the port is known.
    static func listen(
        _ responder: PlaygroundResponder, _ configuration: PlaygroundConfiguration
    ) async throws -> (port: Int, server: Task<Void, Never>) {
        let (ports, found) = AsyncThrowingStream<Int, any Error>.makeStream()
        var logger = Logger(label: "playground.http")
        logger.logLevel = .critical
        let application = Application(
            responder: responder, server: HTTPServerBuilder { KeptChannel(HTTP1Channel(responder: $0)) },
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), reuseAddress: true),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let server = Task {
            do {
                try await application.run()
                found.finish()
            } catch {
                found.finish(throwing: error)
            }
        }
        do {
            for try await port in ports { return (port, server) }
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw PlaygroundError(
                code: .listen,
                message:
                    "cannot listen on \(configuration.host):\(configuration.port): \(reason); choose another address by "
                    + "--host and --port")
        }
        throw PlaygroundError(
            code: .listen, message: "the server on \(configuration.host):\(configuration.port) ended at once")
    }

    /// Ends all processes, closes all connections, and removes a temporary data directory.
    public func stop() async {
        await controllers.stop()
        hub.broadcast(.end)
        // A request that is kept waiting for ever would keep the server from ending.
        await connections.closeAll()
        server.cancel()
        await server.value
        if isTemporary { try? FileManager.default.removeItem(at: dataDirectory) }
    }

    /// Goes down as a killed API server does: every connection breaks, in the middle of whatever it was at, and new ones
    /// break at once. What is stored stays, as it does in etcd, and the controllers go on.
    public func crash() async {
        connections.isDown.withLock { $0 = true }
        await connections.closeAll()
    }

    /// Comes back after a ``crash()``.
    ///
    /// - Parameter forgetsHistory: whether watches from before get 410, as after a compaction.
    public func restart(forgetsHistory: Bool = false) {
        if forgetsHistory { compactHistory() }
        connections.isDown.withLock { $0 = false }
    }

    /// Makes a bearer token for a user.
    public func issueToken(for user: String) -> String { tokens.issue(user) }

    /// Accepts a token no longer. Watches that it has opened stay open, as they do at a real API server.
    public func revokeToken(_ token: String) { tokens.revoke(token) }

    /// Sees every request from now on; nil for none.
    public func setGate(_ gate: RequestGate?) { self.gate.withLock { $0 = gate } }

    /// A kubeconfig for the administrator, as YAML.
    public var kubeconfig: String { Kubeconfig.text(url: url, token: token) }

    /// A kubeconfig with another token, for tests of refusals.
    public func kubeconfig(token: String) -> String { Kubeconfig.text(url: url, token: token) }

    /// Makes the next matching requests fail.
    public func inject(_ fault: Fault) { faults.add(fault) }

    /// Forgets the faults that did not happen yet.
    public func clearFaults() { faults.clear() }

    /// Closes every open watch in the middle of a line.
    public func cutWatches() { hub.broadcast(.cut) }

    /// Ends every open watch with a 410 event, and forgets all history: resuming gets 410 as well.
    public func expireWatches() {
        cluster.with { $0.compact() }
        hub.broadcast(.expire)
    }

    /// Sends a line that is no JSON on every open watch.
    public func garbleWatches() { hub.broadcast(.garble) }

    /// Lets every open watch fall silent and stay open.
    public func muteWatches() { hub.broadcast(.mute) }

    /// Ends every open watch as a time-out does.
    public func endWatches() { hub.broadcast(.end) }

    /// Forgets all history: a watch from an earlier revision gets 410.
    public func compactHistory() { cluster.with { $0.compact() } }

    /// How many watches are open.
    public var openWatches: Int { hub.count }

    /// The latest requests that were answered, oldest first; at most ten thousand.
    public var answeredRequests: [RequestRecord] { requests.withLock { $0 } }
}
