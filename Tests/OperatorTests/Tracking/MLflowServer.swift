import Foundation
import FoundationNetworking
import KubernetesClient
import ModelRegistry
import Testing

/// A real MLflow server, where `scripts/install-test-servers` has put one.
final class MLflowServer: Sendable {
    let url: String
    private let folder: URL
    private let port: Int
    private nonisolated(unsafe) var process: Process?

    /// The executable: `PRESAGE_TEST_MLFLOW`, or the one that the script installs.
    static var executable: String? {
        let named = ProcessInfo.processInfo.environment["PRESAGE_TEST_MLFLOW"]
        let installed = OperatorHarness.repository.appending(path: ".build/test-servers/bin/mlflow").path
        return [named, installed].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Picks a port; nothing answers there until ``start()``.
    init() throws {
        port = try OperatorHarness.freePort()
        url = "http://127.0.0.1:\(port)"
        folder = FileManager.default.temporaryDirectory.appending(path: "presage-mlflow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var configuration: MLflowConfiguration {
        get throws { try #require(try MLflowConfiguration(environment: ["MLFLOW_TRACKING_URI": url])) }
    }

    /// Starts the server and waits until it answers.
    func start() async throws {
        let process = Process()
        // A session of its own: the server's helpers outlive it unless the whole group is ended.
        process.executableURL = URL(filePath: "/usr/bin/setsid")
        process.arguments = [
            try #require(Self.executable), "server", "--backend-store-uri", "sqlite:///\(folder.path)/mlflow.db",
            "--artifacts-destination", folder.appending(path: "artifacts").path, "--host", "127.0.0.1", "--port",
            String(port), "--workers", "1",
        ]
        process.currentDirectoryURL = folder
        FileManager.default.createFile(atPath: folder.appending(path: "log").path, contents: nil)
        let output = try FileHandle(forWritingTo: folder.appending(path: "log"))
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        var environment = ProcessInfo.processInfo.environment
        environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
        process.environment = environment
        try process.run()
        self.process = process
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            if let health = URL(string: "\(url)/health"),
                let (_, response) = try? await URLSession.shared.data(from: health),
                (response as? HTTPURLResponse)?.statusCode == 200
            {
                return
            }
            try #require(process.isRunning, "MLflow ended: \(log(tail: 2000))")
            try await Task.sleep(for: .milliseconds(200))
        }
        Issue.record("MLflow does not answer: \(log(tail: 2000))")
    }

    private func log(tail: Int) -> String {
        String(((try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "").suffix(tail))
    }

    /// Kills the server and its helpers, as a crash would; what it has stored stays.
    func crash() {
        guard let process else { return }
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    func stop() {
        crash()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Asks the server as MLflow's own page does.
    func get(_ path: String) async throws -> JSONValue {
        let (data, _) = try await URLSession.shared.data(
            from: try #require(URL(string: "\(url)/api/2.0/mlflow/\(path)")))
        return try JSONValue(parsing: data)
    }

    func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        var request = URLRequest(url: try #require(URL(string: "\(url)/api/2.0/mlflow/\(path)")))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body.serialized())
        return try JSONValue(parsing: try await URLSession.shared.data(for: request).0)
    }
}
