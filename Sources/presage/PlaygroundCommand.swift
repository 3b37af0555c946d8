import ArgumentParser
import Foundation
import KubernetesClient
import Playground

/// `presage playground`: an in-memory Kubernetes API on this machine.
struct PlaygroundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playground",
        abstract: "Serve an in-memory Kubernetes API that runs the pods of Jobs as local processes.",
        discussion: """
            Use it with kubectl through the kubeconfig that it writes. Everything is in memory and gone when it stops.
            It stops at SIGINT and SIGTERM, and ends every process that it started.
            """
    )

    /// What is printed on standard output once the API listens.
    enum Printed: String, ExpressibleByArgument, CaseIterable {
        case url, kubeconfig, nothing
    }

    @Option(parsing: .unconditional, help: ArgumentHelp("The port to listen on; 0 takes a free one.", valueName: "n"))
    var port = 0

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(
        help: ArgumentHelp(
            "A folder for the sandboxes and logs of pods, kept afterwards; a temporary one unless told.",
            valueName: "folder"))
    var dataDir: String?

    @Option(help: ArgumentHelp("Write a kubeconfig for the API to this file.", valueName: "file"))
    var kubeconfigOut: String?

    @Option(name: .customLong("print"), help: ArgumentHelp("What to print when the API listens.", valueName: "what"))
    var printed = Printed.url

    @Option(
        name: .customLong("image"),
        help: ArgumentHelp(
            "Run containers of an image as a local executable; images named presage run this one.",
            valueName: "IMAGE=PATH"))
    var images: [String] = []

    @Option(
        help: ArgumentHelp(
            "Serve no API: be a node of this kubeconfig's cluster, and run its pods; for an API server without kubelets, "
                + "such as the one of scripts/test-integration.",
            valueName: "kubeconfig"))
    var nodeOf: String?

    func validate() throws {
        if nodeOf != nil, kubeconfigOut != nil || port != 0 {
            throw ValidationError("--node-of serves no API; leave --kubeconfig-out and --port out")
        }
        for image in images where image.firstIndex(of: "=") == nil {
            throw ValidationError("--image \(image): expected IMAGE=PATH, such as example.com/trainer=/usr/bin/trainer")
        }
        guard (0...65535).contains(port) else {
            throw ValidationError("--port \(port): expected a number from 0 to 65535")
        }
    }

    func run() async throws {
        if let nodeOf { return try await runNode(of: nodeOf) }
        var configuration = PlaygroundConfiguration()
        configuration.port = port
        configuration.host = host
        configuration.dataDirectory = directory
        configuration.pods = runner
        let server = try await PlaygroundServer.start(configuration)
        do {
            if let kubeconfigOut { try Self.write(server.kubeconfig, to: kubeconfigOut) }
            switch printed {
            case .url: try TextOutput.write("\(server.url)\n", to: nil)
            case .kubeconfig: try TextOutput.write(server.kubeconfig, to: nil)
            case .nothing: break
            }
            await TerminationSignals.first()
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private var directory: URL? { dataDir.map { URL(filePath: $0, directoryHint: .isDirectory) } }

    private var runner: PodRunner {
        let mapped = Dictionary(
            images.compactMap { image in
                image.firstIndex(of: "=").map { (String(image[..<$0]), String(image[image.index(after: $0)...])) }
            }, uniquingKeysWith: { _, last in last })
        return PodRunner { image in mapped[image] ?? Self.ownExecutable(image) }
    }

    /// Works the pods of another API server until a signal; then ends their processes.
    private func runNode(of kubeconfig: String) async throws {
        let temporary = FileManager.default.temporaryDirectory.appending(path: "presage-node-\(UUID().uuidString)")
        defer { if directory == nil { try? FileManager.default.removeItem(at: temporary) } }
        let client = KubernetesClient(
            configuration: try .load(kubeconfig: kubeconfig), options: .init(requestsPerSecond: 0))
        let agent = NodeAgent(client: client, directory: directory ?? temporary, runner: runner)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            group.addTask { await TerminationSignals.first() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The path of this executable for images whose repository is called `presage`.
    private static func ownExecutable(_ image: String) -> String? {
        let repository = image.split(separator: "@")[0].split(separator: "/").last ?? ""
        guard repository.split(separator: ":").first == "presage" else { return nil }
        return try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// Writes a kubeconfig that only its owner can read: it holds a token.
    static func write(_ text: String, to path: String) throws {
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        if !made { throw TextOutput.OutputError(description: "cannot write \(path): check its folder and permissions") }
    }
}

/// SIGINT and SIGTERM as something to wait for.
private enum TerminationSignals {
    static func first() async {
        let (signals, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in signals { break }
        for source in sources { source.cancel() }
    }
}
