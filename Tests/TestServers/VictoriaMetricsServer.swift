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
        let folder = try TestServer.scratch("victoria-metrics")
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let port = try TestServer.freePort()
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "-storageDataPath=\(folder.appending(path: "data").path)", "-httpListenAddr=127.0.0.1:\(port)",
            // The history may be of any time.
            "-retentionPeriod=100y",
        ]
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = process.standardError
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try await TestServer.wait(for: port, of: process, log: log)
        let server = VictoriaMetricsServer(url: "http://127.0.0.1:\(port)")
        // It takes milliseconds where OpenMetrics has seconds.
        try await server.post(
            "/api/v1/import/prometheus", Data(history.replacingOccurrences(of: "\n", with: "000\n").utf8))
        try await server.post("/internal/force_flush", Data())
        try await body(server)
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
