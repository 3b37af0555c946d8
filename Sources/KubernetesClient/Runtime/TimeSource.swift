public import Foundation

/// Clocks and sleep, injected so that tests of leases, back-off and expiry need not wait.
public protocol TimeSource: Sendable {
    /// The wall clock, for what is written on objects.
    func now() -> Date
    /// A clock that never jumps, for what is measured.
    func monotonic() -> Duration
    /// Waits; throws when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clocks.
public struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now

    /// The machine's clocks.
    public init() {}

    /// The wall clock.
    public func now() -> Date { Date() }
    /// Time since the first use; it counts while the machine sleeps.
    public func monotonic() -> Duration { ContinuousClock.now - Self.start }
    /// Waits on the continuous clock.
    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration, clock: .continuous) }
}
