import Foundation
import KubernetesClient

/// The machine's clocks, some times as fast: leases, back-off and retries keep their proportions and take less time.
struct QuickTime: TimeSource {
    let system = SystemTime()
    var factor = 5

    func now() -> Date { system.now() }
    func monotonic() -> Duration { system.monotonic() * factor }
    func sleep(for duration: Duration) async throws { try await system.sleep(for: duration / factor) }
}
