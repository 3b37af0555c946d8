import Foundation
import KubernetesClient

/// The machine's clocks with sleeps a fiftieth as long, so that back-off does not slow the tests.
struct QuickTime: TimeSource {
    let system = SystemTime()
    func now() -> Date { system.now() }
    func monotonic() -> Duration { system.monotonic() }
    func sleep(for duration: Duration) async throws { try await system.sleep(for: duration / 50) }
}
