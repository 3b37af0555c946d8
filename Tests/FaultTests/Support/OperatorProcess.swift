import Foundation

/// `presage operator` as a process of its own, started again whenever it ends, as a kubelet does.
final class OperatorProcess: RunningOperator, @unchecked Sendable {
    private let folder: URL
    private let lock = NSLock()
    private var process: Process?
    private var isStopping = false
    private var started = 0
    private let onStart: @Sendable () -> Void

    init(kubeconfig: String, onStart: @escaping @Sendable () -> Void) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "presage-faults-\(UUID().uuidString)")
        self.onStart = onStart
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(kubeconfig.utf8).write(to: folder.appending(path: "kubeconfig"))
        try Data().write(to: folder.appending(path: "log"))
        try start()
    }

    /// How often it was started.
    var starts: Int { lock.withLock { started } }

    var log: String {
        (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)).map { String($0.suffix(4000)) } ?? ""
    }

    private func start() throws {
        let process = Process()
        process.executableURL = try Self.executable()
        process.arguments = [
            "operator", "--kubeconfig", folder.appending(path: "kubeconfig").path, "--host", "127.0.0.1", "--port", "0",
            "--no-leader-election", "--trainer-image", "presage", "--lease-namespace", "default", "--log-level",
            "warning",
        ]
        process.standardInput = FileHandle.nullDevice
        let output = try FileHandle(forWritingTo: folder.appending(path: "log"))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { [weak self] _ in self?.ended() }
        onStart()
        try lock.withLock {
            guard !isStopping else { return }
            try process.run()
            self.process = process
            started += 1
        }
    }

    private func ended() {
        if lock.withLock({ isStopping }) { return }
        // Not at once: a process that cannot start must not be started without a pause.
        usleep(20_000)
        try? start()
    }

    /// Ends the process as a crash does: no handler runs, nothing is finished, nothing is given back.
    func kill() {
        lock.withLock {
            if let process, process.isRunning { _ = Foundation.kill(process.processIdentifier, SIGKILL) }
        }
    }

    func stop() async {
        lock.withLock { isStopping = true }
        kill()
        for _ in 0..<500 where lock.withLock({ process?.isRunning ?? false }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// The executable lies beside the test bundle, or in `.build/debug`.
    private static func executable() throws -> URL {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for folder in [bundle, Bundle.main.bundleURL, FaultBench.repository.appending(path: ".build/debug")] {
            let file = folder.appending(path: "presage")
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw FaultBench.WaitedInVain(what: "the presage executable; run swift build first")
    }
}
