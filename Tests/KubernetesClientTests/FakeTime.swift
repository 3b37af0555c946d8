import Foundation
import HTTPTransport
import KubernetesClient

/// Clocks that a test sets; a sleep ends at once and moves them.
final class FakeTime: TimeSource, @unchecked Sendable {
    private let lock = NSLock()
    private var elapsed = Duration.zero
    private var recorded: [Duration] = []

    /// Every sleep so far.
    var sleeps: [Duration] { lock.withLock { recorded } }

    func now() -> Date { Date(timeIntervalSince1970: 1_790_000_000 + Double(monotonic().components.seconds)) }
    func monotonic() -> Duration { lock.withLock { elapsed } }
    func advance(_ duration: Duration) { lock.withLock { elapsed += duration } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        lock.withLock {
            recorded.append(duration)
            elapsed += duration
        }
        await Task.yield()
    }
}

extension KubernetesClient {
    /// A client of a scripted server, without rate limit.
    init(
        _ server: ScriptedServer, token: String? = nil, time: any TimeSource = SystemTime(),
        options: Options = Options(requestsPerSecond: 0)
    ) {
        self.init(
            configuration: ClusterConfiguration(
                server: server.url,
                proxy: .none,
                credentials: token.map { .token($0) } ?? .none
            ),
            options: options,
            time: time
        )
    }
}
