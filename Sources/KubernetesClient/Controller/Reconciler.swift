/// Brings the world nearer to what an object asks for.
///
/// A reconciler takes a key and reads the rest from stores: it does not know which event woke it. It is never called
/// twice at once for one key.
public protocol Reconciler: Sendable {
    /// Does what is to be done for an object, which may be gone.
    ///
    /// - Throws: Any error for a retry with back-off; a ``TerminalError`` for none until the object changes.
    func reconcile(_ key: ObjectKey) async throws -> ReconcileResult
}

/// How a reconcile ended.
public enum ReconcileResult: Sendable, Hashable {
    /// All is as asked; the next event wakes it again.
    case done
    /// Look again after a while, though nothing failed.
    case requeue(after: Duration)
}

/// A failure that trying again cannot cure: it waits for the object to change.
public struct TerminalError: Error, CustomStringConvertible {
    /// What failed.
    public var message: String

    /// A failure in words.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
