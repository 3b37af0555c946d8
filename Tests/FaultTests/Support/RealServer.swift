import Foundation
import HTTPTransport
import KubernetesClient
import Testing
import Threading

@testable import Playground

/// A real API server that `scripts/test-integration faults` has started, and before it a proxy that speaks HTTP to
/// operators and breaks their requests and watches where a test says so, with the playground's own means.
///
/// The server itself is killed (its process, by SIGKILL; the script starts it again), its history is compacted in etcd,
/// and tokens are revoked by deleting what they are bound to.
final class RealServer: FaultyServer {
    /// Where the script says that etcd is, and where the API server's process number stands.
    private static let environment = ProcessInfo.processInfo.environment
    static let isAtHand = environment["PRESAGE_TEST_ETCD"] != nil

    let url: String
    let token: String
    let direct: ClusterConfiguration
    let etcd: Etcd
    private let processFile: String
    private let hub: WatchHub
    private let gate: Locked<RequestGate?>
    private let connections: ConnectionList
    private let proxy: Task<Void, Never>
    private let account: TokenAccount

    var kubeconfig: String { Kubeconfig.text(url: url, token: token) }
    var makesPods: Bool { true }
    var openWatches: Int { hub.count }

    /// - Parameter allowsAnonymous: whether operators without a token pass as the administrator.
    static func start(allowsAnonymous: Bool) async throws -> RealServer {
        let kubeconfig: String = try #require(environment["PRESAGE_TEST_KUBECONFIG"])
        let direct = try ClusterConfiguration.load(kubeconfig: kubeconfig)
        guard case .token(let token) = direct.credentials else {
            throw FaultBench.WaitedInVain(what: "a token in the kubeconfig")
        }
        try await waitUntilReady(direct)
        let hub = WatchHub()
        let gate = Locked<RequestGate?>(nil)
        let connections = ConnectionList()
        let forwarder = Forwarder(to: direct, hub: hub, token: allowsAnonymous ? token : nil)
        let (port, proxy) = try await PlaygroundServer.listen(
            PlaygroundResponder(
                handler: forwarder, faults: FaultPlan(), connections: connections, gate: gate, record: { _, _ in }),
            PlaygroundConfiguration())
        return RealServer(
            url: "http://127.0.0.1:\(port)", token: token, direct: direct,
            etcd: Etcd(url: try #require(environment["PRESAGE_TEST_ETCD"])),
            processFile: try #require(environment["PRESAGE_TEST_APISERVER_PID"]), hub: hub, gate: gate,
            connections: connections, proxy: proxy)
    }

    private init(
        url: String, token: String, direct: ClusterConfiguration, etcd: Etcd, processFile: String, hub: WatchHub,
        gate: Locked<RequestGate?>, connections: ConnectionList, proxy: Task<Void, Never>
    ) {
        self.url = url
        self.token = token
        self.direct = direct
        self.etcd = etcd
        self.processFile = processFile
        self.hub = hub
        self.gate = gate
        self.connections = connections
        self.proxy = proxy
        account = TokenAccount(client: KubernetesClient(configuration: direct, options: .init(requestsPerSecond: 0)))
    }

    func observe(_ tell: @escaping @Sendable (Commit) -> Void) async throws { try await etcd.observe(tell) }

    func setGate(_ gate: RequestGate?) { self.gate.withLock { $0 = gate } }

    func crash() async {
        let text = try? String(contentsOfFile: processFile, encoding: .utf8)
        if let id = text.flatMap({ Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) { kill(id, SIGKILL) }
        await connections.closeAll()
    }

    func restart(forgetsHistory: Bool) async {
        if forgetsHistory { try? await etcd.compact() }
        // Requests reach it before it calls itself ready; only the next crash waits for that.
        try? await Self.waitUntilReady(direct)
    }

    private static func waitUntilReady(_ configuration: ClusterConfiguration) async throws {
        let http = HTTPClient(configuration: .init(tls: configuration.tls, proxy: .none))
        let request = HTTPRequest(url: configuration.server + "/readyz", timeouts: .init(total: .seconds(5)))
        while (try? await http.fetch(request))?.status != 200 { try await Task.sleep(for: .milliseconds(200)) }
    }

    func cutWatches() { hub.broadcast(.cut) }
    func expireWatches() { hub.broadcast(.expire) }
    func garbleWatches() { hub.broadcast(.garble) }
    func muteWatches() { hub.broadcast(.mute) }
    func endWatches() { hub.broadcast(.end) }

    func issueToken() async throws -> String { try await account.issue() }

    func revoke(_ token: String) async throws {
        try await account.revoke(token)
        var configuration = direct
        configuration.credentials = .token(token)
        let client = KubernetesClient(configuration: configuration, options: .init(requestsPerSecond: 0))
        // The server remembers for ten seconds whom it has let in.
        while !Task.isCancelled {
            do { _ = try await client.list(Namespace.self) } catch let error as KubernetesError
                where error.code == .unauthorized
            { return } catch {}
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    func stop() async {
        hub.broadcast(.end)
        await connections.closeAll()
        proxy.cancel()
        await proxy.value
        await etcd.stop()
    }
}
