package import Foundation

/// A value behind a lock, for state that is also read from synchronous code.
///
/// An `NSLock`, not `Synchronization.Mutex`: ThreadSanitizer does not see through the latter.
package final class Locked<Value: Sendable>: @unchecked Sendable {
    @usableFromInline let lock = NSLock()
    @usableFromInline var value: Value

    /// Locks up `value`.
    package init(_ value: Value) { self.value = value }

    /// Runs `body` with the value while nobody else can. Resume no task in it: what it was waiting for may want the lock.
    @inlinable
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
