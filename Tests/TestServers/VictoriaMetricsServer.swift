import Foundation
import FoundationNetworking

/// A VictoriaMetrics on a free port of 127.0.0.1, another server that speaks Prometheus' interface; gone after `with`.
public struct VictoriaMetricsServer: Sendable {
    /// The base address.
    public let url: String

    /// Whether a server can be started here.
    public static var isInstalled: Bool { TestServer.program("victoria-metrics") != nil }

    /// Starts a server, imports `history`, runs `body` and stops it.
    public static func with(history: String, _ body: (VictoriaMetricsServer) async throws -> Void) async throws {
        guard let program = TestServer.program("victoria-metrics") else {
            throw TestServer.Failure(description: "VictoriaMetrics is not installed")
        }
        // The history may be of any time.
        let retention = "-retentionPeriod=100y"
        try await TestServer.running(
            program,
            arguments: { port, _ in ["-storageDataPath=data", "-httpListenAddr=127.0.0.1:\(port)", retention] }
        ) { port, _ in
            let server = VictoriaMetricsServer(url: "http://127.0.0.1:\(port)")
            // It takes milliseconds where OpenMetrics has seconds.
            try await server.post(
                "/api/v1/import/prometheus", Data(history.replacingOccurrences(of: "\n", with: "000\n").utf8))
            try await server.post("/internal/force_flush", Data())
            try await body(server)
        }
    }

    private func post(_ path: String, _ body: Data) async throws {
        guard let address = URL(string: url + path) else { throw TestServer.Failure(description: "no address") }
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        request.httpBody = body
        let (_, response) = try await URLSession.shared.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
            throw TestServer.Failure(description: "\(path) was refused: \(response)")
        }
    }
}
