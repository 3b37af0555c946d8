import Foundation
import KubernetesClient
import Logging

@testable import Operator

/// An operator in this process, started again whenever it ends.
final class OperatorTask: RunningOperator {
    let identity: String
    private let lines = Shared<[String]>([])
    private let task: Task<Void, Never>
    /// How often it was started.
    let starts = Shared(0)

    init(
        identity: String, electsLeader: Bool, configuration: ClusterConfiguration,
        time: any TimeSource = QuickTime(), now: @escaping @Sendable () -> Date
    ) {
        self.identity = identity
        task = Task { [lines, starts] in
            while !Task.isCancelled {
                let number = starts.change { starts in
                    starts += 1
                    return starts
                }
                let logger = Logger(label: "test") { _ in LineLog(lines: lines) }
                let client = KubernetesClient(
                    configuration: configuration,
                    options: .init(
                        requestsPerSecond: 0, timeout: .seconds(2), connectTimeout: .seconds(2),
                        userAgent: "presage-\(FaultBench.operatorAgent)-\(identity)/test"),
                    time: time, logger: logger)
                let main = Operator(
                    client: client,
                    settings: OperatorSettings(
                        trainerImage: "presage", host: "127.0.0.1", port: 0, electsLeader: electsLeader,
                        leaseNamespace: "default", identity: "\(identity)-\(number)", watchIdleTimeout: .seconds(2)),
                    registry: PrometheusRegistry(), now: now, logger: logger)
                do { try await main.run() } catch { lines.change { $0.append("ended: \(error)") } }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    var log: String { lines.value.suffix(40).joined(separator: "\n") }

    func stop() async {
        task.cancel()
        await task.value
    }
}

/// Keeps warnings and errors for a test that fails.
private struct LineLog: LogHandler {
    let lines: Shared<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.change { lines in
            if lines.count > 400 { lines.removeFirst(200) }
            lines.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
        }
    }
}
