public import Foundation
import FoundationNetworking

/// A real MLflow server that can crash and come back: its address and what it has stored stay.
public actor MLflowServer {
    /// The server's address; nothing answers there before ``start()``.
    public nonisolated let url: String
    private let folder: URL
    private let port: Int
    private var process: Process?

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("mlflow") != nil }

    /// Picks a port and a folder, runs `body`, and ends the server if it runs.
    public static func with(_ body: (MLflowServer) async throws -> Void) async throws {
        let server = try MLflowServer()
        do {
            try await body(server)
        } catch {
            await server.remove()
            throw error
        }
        await server.remove()
    }

    private init() throws {
        port = try TestServer.freePort()
        url = "http://127.0.0.1:\(port)"
        folder = try TestServer.scratch("mlflow")
    }

    /// Starts the server and waits until it answers; the first time it makes its database, which takes a while.
    public func start() async throws {
        guard let program = TestServer.program("mlflow") else {
            throw TestServer.Failure(description: "MLflow is not installed")
        }
        // Process gives its child a process group of its own: the server's helpers are in it, and end with it.
        let process = Process()
        process.executableURL = program
        process.arguments = [
            "server", "--backend-store-uri", "sqlite:///\(folder.path)/mlflow.db", "--artifacts-destination",
            folder.appending(path: "artifacts").path, "--host", "127.0.0.1", "--port", String(port), "--workers", "1",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["MLFLOW_DISABLE_TELEMETRY": "true"]) { $1 }
        let log = try TestServer.start(process, in: folder)
        self.process = process
        let health = URL(string: "\(url)/health") ?? folder
        let deadline = ContinuousClock.now + .seconds(180)
        while true {
            if let (_, response) = try? await URLSession.shared.data(from: health),
                (response as? HTTPURLResponse)?.statusCode == 200
            {
                return
            }
            guard process.isRunning, ContinuousClock.now < deadline else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw TestServer.Failure(description: "MLflow does not start: \(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Kills the server and its helpers, as a crash would; what it has stored stays.
    public func crash() async {
        guard let process else { return }
        self.process = nil
        kill(-process.processIdentifier, SIGKILL)
        await TestServer.exit(of: process)
    }

    private func remove() async {
        await crash()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Asks the REST API as MLflow's own page does; returns the answer's JSON.
    public nonisolated func get(_ path: String) async throws -> Data {
        try await send(URLRequest(url: try address(path)))
    }

    /// Posts JSON to the REST API; returns the answer's JSON.
    public nonisolated func post(_ path: String, _ body: Data) async throws -> Data {
        var request = URLRequest(url: try address(path))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = body
        return try await send(request)
    }

    private nonisolated func address(_ path: String) throws -> URL {
        guard let address = URL(string: "\(url)/api/2.0/mlflow/\(path)") else {
            throw TestServer.Failure(description: "\(path) is no path")
        }
        return address
    }

    private nonisolated func send(_ request: URLRequest) async throws -> Data {
        var request = request
        request.timeoutInterval = 30
        return try await URLSession.shared.data(for: request).0
    }
}
