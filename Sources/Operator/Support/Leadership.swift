import KubernetesClient
import Threading

/// Whether this process leads, for what is made before the elector is and runs by it.
final class Leadership: Sendable {
    // Weak: the elector holds what it runs, which asks here.
    private struct Reference: Sendable { weak var elector: LeaderElector? }
    private let reference = Locked(Reference())

    /// Whether the Lease is held, as far as this process's clock can tell.
    var isHeld: Bool { reference.withLock { $0.elector?.isLeader ?? false } }

    /// Goes by an elector from now on.
    func follow(_ elector: LeaderElector) { reference.withLock { $0.elector = elector } }
}
