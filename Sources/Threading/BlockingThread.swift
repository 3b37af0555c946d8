import Foundation

/// Work that blocks, on a thread of its own, away from the few threads that all tasks share.
///
/// What it comes to is handed over under a lock, and the continuation only wakes: ThreadSanitizer does not always see what a
/// continuation hands over.
package final class BlockingThread<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    /// Starts the work.
    ///
    /// - Parameters:
    ///   - name: The thread's name; the system shows its first 15 bytes.
    ///   - stackSize: In bytes. Foundation's usual 512 KiB are little for parsers and fits.
    package init(_ name: String, stackSize: Int = 8 << 20, _ body: @escaping @Sendable () -> Value) {
        let thread = Thread { [state] in
            nameThread(name)
            let value = body()
            let waiters = state.withLock { state in
                state.value = value
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
        thread.stackSize = stackSize
        thread.start()
    }

    /// What the work comes to, once it has ended. A cancelled task waits too: tell the work itself to end.
    package var value: Value {
        get async {
            while true {
                var found: Value?
                await withCheckedContinuation { continuation in
                    found = state.withLock { state in
                        if state.value == nil { state.waiters.append(continuation) }
                        return state.value
                    }
                    if found != nil { continuation.resume() }
                }
                if let found { return found }
            }
        }
    }
}

/// Runs what blocks on a thread of its own and waits for its end: ``BlockingThread`` for a single call.
package func onThread<Value: Sendable>(
    _ name: String, stackSize: Int = 8 << 20, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await BlockingThread(name, stackSize: stackSize) { Result { try body() } }.value.get()
}

/// Names the calling thread, for `top -H`, debuggers and sanitizers: Foundation's `Thread.name` does not on Linux.
///
/// - Parameter name: Of which the system keeps 15 bytes.
package func nameThread(_ name: String) {
    guard let file = fopen("/proc/thread-self/comm", "w") else { return }
    fputs(name, file)
    fclose(file)
}

/// Lets the calling thread run when others of the process, and of the machine, have nothing to do: for what people ask for beside what
/// the process is there for.
package func goAfterOthers() {
    // Of Linux's threads each has a niceness of its own, and 0 means the one that calls.
    setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10)
}
