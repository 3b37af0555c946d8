import Foundation
import TestSupport
import Testing

extension Trait where Self == TimeLimitTrait {
    /// A limit of time for each test, longer under a sanitizer: it ends what hangs, and is no claim about speed.
    static func patience(minutes: Int) -> Self { .timeLimit(.minutes(minutes * Slowness.factor)) }
}

/// Waits until a condition holds, looking often; records an issue where it does not in time.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(20),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async rethrows {
    let limit = limit * Slowness.factor
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try? await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("not within \(limit): \(what)", sourceLocation: sourceLocation)
}

/// As many open files as this process may have: some tests hold thousands of connections, and the usual limit is 1024 until
/// somebody asks for more.
let openFiles: Void = {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return }
    // So many are plenty; whoever starts a process may close as many as it may have.
    limits.rlim_cur = min(limits.rlim_max, max(limits.rlim_cur, 16_384))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
}()

/// A value under a lock, for what handlers on other threads note.
final class Noted<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value

    init(_ value: Value) { stored = value }

    var value: Value { lock.withLock { stored } }

    func change<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&stored) } }
}
