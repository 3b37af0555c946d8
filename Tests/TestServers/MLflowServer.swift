public import Foundation
import FoundationNetworking

/// A real MLflow server, started once for all tests of the process and gone with it.
///
/// It takes long to start, so tests share it: each has an experiment and models of its own, and where it has to be away,
/// a ``TCPGate`` in front of it.
public struct MLflowServer: Sendable {
    /// The server's address.
    public let url: String
    /// The port of that address.
    public let port: Int
    private static let keeper = Keeper()

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("mlflow") != nil }

    /// The server, which answers.
    public static func shared() async throws -> MLflowServer { try await keeper.server() }

    /// Starts the server once, whoever asks first.
    private actor Keeper {
        private var started: Task<MLflowServer, any Error>?
        /// Closed with the process, which ends the server.
        private var input: Pipe?

        func server() async throws -> MLflowServer {
            if started == nil {
                let pipe = Pipe()
                input = pipe
                started = Task { try await MLflowServer.start(until: pipe) }
            }
            guard let started else { throw TestServer.Failure(description: "MLflow was not started") }
            return try await started.value
        }
    }

    private static func start(until input: Pipe) async throws -> MLflowServer {
        guard let program = TestServer.program("mlflow"), let python = TestServer.program("python3") else {
            throw TestServer.Failure(description: "MLflow is not installed")
        }
        let port = try TestServer.freePort()
        let url = "http://127.0.0.1:\(port)"
        let folder = try TestServer.scratch("mlflow")
        let process = Process()
        process.executableURL = python
        process.arguments = [
            "-c", watch, folder.path, program.path, "server", "--backend-store-uri",
            "sqlite:///\(folder.path)/mlflow.db",
            "--artifacts-destination", folder.appending(path: "artifacts").path, "--host", "127.0.0.1", "--port",
            String(port), "--workers", "1",
        ]
        // Jobs are no part of tracking, and each of their helpers takes seconds to start.
        let quiet = ["MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"]
        process.environment = ProcessInfo.processInfo.environment.merging(quiet) { $1 }
        let log = try TestServer.start(process, in: folder, input: input)
        let health = URL(string: "\(url)/health") ?? folder
        let deadline = ContinuousClock.now + .seconds(180)
        while true {
            if let (_, response) = try? await URLSession.shared.data(from: health),
                (response as? HTTPURLResponse)?.statusCode == 200
            {
                return MLflowServer(url: url, port: port)
            }
            guard process.isRunning, ContinuousClock.now < deadline else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw TestServer.Failure(description: "MLflow does not start: \(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Runs the server, and ends it and its helpers when the standard input ends: with whoever started it, however.
    private static let watch = """
        import os, shutil, signal, subprocess, sys, threading
        os.setpgrp()
        child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
        threading.Thread(target=lambda: os._exit(child.wait() or 1), daemon=True).start()
        sys.stdin.read()
        shutil.rmtree(sys.argv[1], ignore_errors=True)
        os.killpg(0, signal.SIGKILL)
        """

    /// Asks the REST API as MLflow's own page does; returns the answer's JSON.
    public func get(_ path: String) async throws -> Data {
        try await send(URLRequest(url: try address(path)))
    }

    /// Posts JSON to the REST API; returns the answer's JSON.
    public func post(_ path: String, _ body: Data) async throws -> Data {
        var request = URLRequest(url: try address(path))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = body
        return try await send(request)
    }

    private func address(_ path: String) throws -> URL {
        guard let address = URL(string: "\(url)/api/2.0/mlflow/\(path)") else {
            throw TestServer.Failure(description: "\(path) is no path")
        }
        return address
    }

    private func send(_ request: URLRequest) async throws -> Data {
        var request = request
        request.timeoutInterval = 30
        return try await URLSession.shared.data(for: request).0
    }
}
