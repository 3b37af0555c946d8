import Foundation
import KubernetesClient
import Playground
import Testing

@testable import presage

/// What a kubelet's SIGTERM does to `presage operator`: a rolling update must not have to wait for a Lease to expire.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct OperatorShutdownTests {
    @Test func `SIGTERM ends the leader and one that waits, and gives back the Lease of the leader alone`() async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-shutdown-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = PlaygroundConfiguration()
        configuration.pods.isEnabled = false
        let playground = try await PlaygroundServer.start(configuration)
        let (kubeconfig, cluster) = try await playground.prepare(in: folder)
        let client = cluster.client
        let leader = try OperatorRun(kubeconfig: kubeconfig, log: folder.appending(path: "leader.log"))
        defer { leader.kill() }
        let holder = try await Self.holder(client)
        let waiting = try OperatorRun(kubeconfig: kubeconfig, log: folder.appending(path: "waiting.log"))
        defer { waiting.kill() }
        // It looks at the Lease before it waits for it.
        while !waiting.log.contains("waiting to lead") { try await Task.sleep(for: .milliseconds(5)) }

        let end = await waiting.terminate()
        #expect(end.status == 0 && end.took < .seconds(5), "\(end): \(waiting.log)")
        #expect(try await client.get(Lease.self, "presage-operator", namespace: "default").holderIdentity == holder)
        let last = await leader.terminate()
        #expect(last.status == 0 && last.took < .seconds(5), "\(last): \(leader.log)")
        #expect(try await client.get(Lease.self, "presage-operator", namespace: "default").holderIdentity == "")
        await playground.stop()
    }

    /// Who holds the Lease, once somebody does.
    private static func holder(_ client: KubernetesClient) async throws -> String {
        while true {
            let lease = try await client.find(Lease.self, "presage-operator", namespace: "default")
            if let holder = lease?.holderIdentity, !holder.isEmpty { return holder }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A running `presage operator`, which a signal ends.
private final class OperatorRun {
    private let process = Process()
    private let file: URL

    init(kubeconfig: URL, log: URL) throws {
        file = log
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        process.executableURL = try PresageProcess.executable()
        process.arguments = [
            "operator", "--kubeconfig", kubeconfig.path, "--trainer-image", "presage", "--host", "127.0.0.1", "--port",
            "0",
            "--lease-namespace", "default",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    var log: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    /// Sends SIGTERM, as a kubelet does, and waits for the end: its exit status, nil where it was none, and how long it took.
    func terminate() async -> (status: Int32?, took: Duration) {
        let begun = ContinuousClock.now
        process.terminate()
        // A kubelet kills after thirty seconds.
        while process.isRunning, ContinuousClock.now - begun < .seconds(30) {
            try? await Task.sleep(for: .milliseconds(2))
        }
        let took = ContinuousClock.now - begun
        guard !process.isRunning, process.terminationReason == .exit else { return (nil, took) }
        return (process.terminationStatus, took)
    }

    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }
}
