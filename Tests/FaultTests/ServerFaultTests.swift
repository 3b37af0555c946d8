import Foundation
import HTTPTransport
import KubernetesClient
import Playground
import Testing

/// The API server itself fails while the operator goes through the whole loop: it dies, its watches break, it no longer
/// takes the token.
@Suite(.serialized, .patience(minutes: 3))
struct ServerFaultTests {
    @Test(arguments: [false, true])
    func `the API server is killed and comes back`(forgetsHistory: Bool) async throws {
        let name = forgetsHistory ? "API server restarted, history compacted" : "API server killed and restarted"
        try await FaultBench.with { bench in
            bench.killServer(name, forgetsHistory: forgetsHistory)
            bench.startOperator()
            try await bench.play()
            try await bench.verify(name)
        }
    }

    /// What happens to every open watch at once.
    enum WatchFault: String, CaseIterable, CustomTestStringConvertible {
        case cut = "watch cut mid-line"
        case garble = "malformed line in a watch"
        case expire = "410 in a watch"
        case mute = "watch falls silent"
        case end = "watch ended by the server"

        var testDescription: String { rawValue }

        func happen(to server: any FaultyServer) {
            switch self {
            case .cut: server.cutWatches()
            case .garble: server.garbleWatches()
            case .expire: server.expireWatches()
            case .mute: server.muteWatches()
            case .end: server.endWatches()
            }
        }
    }

    @Test(arguments: WatchFault.allCases)
    func `open watches break`(fault: WatchFault) async throws {
        try await FaultBench.with { bench in
            bench.breakWatches(fault.rawValue, fault.happen)
            bench.startOperator()
            try await bench.play { try await bench.wait("a broken watch") { bench.injected.value > 0 ? () : nil } }
            try await bench.verify(fault.rawValue)
        }
    }

    @Test func `the token is rotated and the old one revoked`() async throws {
        try await FaultBench.with(allowsAnonymous: false) { bench in
            let file = FileManager.default.temporaryDirectory.appending(path: "presage-token-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            let first = try await bench.server.issueToken()
            try Data(first.utf8).write(to: file)
            bench.work {
                var old = first
                for _ in 0..<12 where !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(150))
                    // Revoked before the new one is there: for a while nothing is let through.
                    guard (try? await bench.server.revoke(old)) != nil else { return }
                    bench.injected.change { $0 += 1 }
                    try? await Task.sleep(for: .milliseconds(100))
                    guard let new = try? await bench.server.issueToken() else { return }
                    old = new
                    try? Data(old.utf8).write(to: file, options: .atomic)
                    // A watch that is cut has to be opened with the new token.
                    bench.server.cutWatches()
                }
            }
            bench.startOperator(
                configuration: ClusterConfiguration(
                    server: bench.server.url, proxy: .none, credentials: .tokenFile(file.path)))
            try await bench.play { try await bench.wait("a rotation") { bench.injected.value > 0 ? () : nil } }
            try await bench.verify("token rotated and revoked")
        }
    }
}
