public import Foundation
import FoundationNetworking

/// A real MLflow server, started once for all tests of the process and gone with it.
///
/// It takes long to start, so tests share it, and each has an experiment and models of its own. Its process can be killed
/// and started again on the same store; where single requests or answers have to be lost, put a ``TCPGate`` in front of it.
public struct MLflowServer: Sendable {
    /// The server's address.
    public let url: String
    /// The port of that address.
    public let port: Int
    /// Starts and kills the server; ends with it where nobody had asked for its end.
    private let keeping: Process
    /// What it is told.
    private let orders: FileHandle
    private let log: URL
    private static let keeper = Keeper()

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("mlflow") != nil }

    /// The server, which answers.
    public static func shared() async throws -> MLflowServer { try await keeper.server() }

    /// Starts the server once, whoever asks first.
    private actor Keeper {
        private var started: Task<MLflowServer, any Error>?

        func server() async throws -> MLflowServer {
            guard let started else {
                let task = Task { try await MLflowServer.start() }
                started = task
                return try await task.value
            }
            let server = try await started.value
            // A test that failed may have left it dead.
            if !TestServer.answers(port: server.port) { try await server.revive() }
            return server
        }
    }

    private static func start() async throws -> MLflowServer {
        guard let program = TestServer.program("mlflow") else {
            throw TestServer.Failure(description: "MLflow is not installed")
        }
        let beside = program.deletingLastPathComponent().appending(path: "python")
        let python =
            FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : TestServer.program("python3") ?? beside
        let port = try TestServer.freePort()
        let folder = try TestServer.scratch("mlflow")
        let input = Pipe()
        let process = Process()
        process.executableURL = python
        process.arguments = [
            "-c", keep, folder.path, "server", "--backend-store-uri", "sqlite:///\(folder.path)/mlflow.db",
            "--artifacts-destination", folder.appending(path: "artifacts").path, "--host", "127.0.0.1", "--port",
            String(port), "--workers", "1",
        ]
        // Jobs are no part of tracking, and each of their helpers takes seconds to start.
        let quiet = ["MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"]
        process.environment = ProcessInfo.processInfo.environment.merging(quiet) { $1 }
        let log = try TestServer.start(process, in: folder, input: input)
        let server = MLflowServer(
            url: "http://127.0.0.1:\(port)", port: port, keeping: process, orders: input.fileHandleForWriting, log: log)
        try await server.revive()
        return server
    }

    /// Kills the server's process, as a lack of memory or a person does: nothing listens at its port afterwards.
    public func kill() async throws {
        try order("kill")
        try await wait("end") { TestServer.answers(port: port) == false }
    }

    /// Starts the server again, on what the last one had stored, and waits until it answers.
    public func revive() async throws {
        try order("start")
        let health = try address(of: "health")
        try await wait("start") {
            let answer = try? await URLSession.shared.data(from: health).1
            return (answer as? HTTPURLResponse)?.statusCode == 200
        }
    }

    private func order(_ word: String) throws {
        guard keeping.isRunning else { throw failure("is gone") }
        try orders.write(contentsOf: Data("\(word)\n".utf8))
    }

    private func wait(_ what: String, until check: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while try await !check() {
            guard keeping.isRunning, ContinuousClock.now < deadline else { throw failure("does not \(what)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func failure(_ what: String) -> TestServer.Failure {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return TestServer.Failure(description: "MLflow \(what): \(text.suffix(2000))")
    }

    /// Keeps the server: starts and kills it as it is told on its standard input, and ends it and its helpers when that
    /// input ends, with whoever started it, however.
    ///
    /// Loading MLflow takes seconds, so it is loaded once: each server is a fork that runs `mlflow server`, but for one
    /// thing: that starts uvicorn in another new process, and the fork becomes uvicorn itself.
    private static let keep = """
        import os, shutil, signal, sys, traceback
        os.setpgrp()
        server = None

        def ended(*_):
            if server and os.waitpid(server, os.WNOHANG)[0]:
                sys.exit("the server has ended by itself")

        def serve(arguments):
            def become(command, extra_env, **_):
                os.environ.update(extra_env)
                uvicorn.main(command[command.index("uvicorn") + 1:])
            mlflow.server._exec_cmd = become
            mlflow.cli.cli(arguments)

        def start(arguments):
            child = os.fork()
            if child:
                return child
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            try:
                serve(arguments)
            except BaseException:
                traceback.print_exc()
            os._exit(1)

        try:
            import uvicorn, mlflow.cli, mlflow.server.fastapi_app
            signal.signal(signal.SIGCHLD, ended)
            for order in sys.stdin:
                if order == "start\\n":
                    server = start(sys.argv[2:])
                else:
                    killed, server = server, None
                    os.kill(killed, signal.SIGKILL)
                    os.waitpid(killed, 0)
        except BaseException:
            traceback.print_exc()
        finally:
            shutil.rmtree(sys.argv[1], ignore_errors=True)
            os.killpg(0, signal.SIGKILL)
        """

    /// Asks the REST API as MLflow's own page does; returns the answer's JSON.
    public func get(_ path: String) async throws -> Data {
        try await send(URLRequest(url: try address(of: "api/2.0/mlflow/\(path)")))
    }

    /// Posts JSON to the REST API; returns the answer's JSON.
    public func post(_ path: String, _ body: Data) async throws -> Data {
        var request = URLRequest(url: try address(of: "api/2.0/mlflow/\(path)"))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = body
        return try await send(request)
    }

    private func address(of path: String) throws -> URL {
        guard let address = URL(string: "\(url)/\(path)") else {
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
