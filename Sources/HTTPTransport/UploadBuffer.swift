import Threading

/// Bytes between the task that reads a request's body and the thread that sends it; holds at most one chunk.
final class UploadBuffer: Sendable {
    enum Read {
        case bytes(Int)
        case wait
        case end
        case failed
    }

    private struct State: Sendable {
        var chunk: ArraySlice<UInt8> = []
        var ended = false
        var failed = false
        var closed = false
        var producer: CheckedContinuation<Bool, Never>?
        var waiting = false
    }

    private let state = Locked(State())

    /// Hands over a chunk and waits until it was taken; false where nobody wants more.
    func put(_ bytes: [UInt8], onRefill: () -> Void) async -> Bool {
        if bytes.isEmpty { return true }
        let starved: Bool? = state.withLock { state in
            if state.closed { return nil }
            state.chunk = bytes[...]
            defer { state.waiting = false }
            return state.waiting
        }
        guard let starved else { return false }
        if starved { onRefill() }
        return await withCheckedContinuation { continuation in
            let ready: Bool? = state.withLock { state in
                if state.closed { return false }
                if state.chunk.isEmpty { return true }
                state.producer = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// No more follows.
    func end(_ error: (any Error)?) {
        state.withLock { state in
            state.ended = true
            state.failed = error != nil
            state.waiting = false
        }
    }

    /// Nobody reads any more.
    func close() {
        let producer = state.withLock { state in
            state.closed = true
            defer { state.producer = nil }
            return state.producer
        }
        producer?.resume(returning: false)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
        let (read, producer): (Read, CheckedContinuation<Bool, Never>?) = state.withLock { state in
            if state.chunk.isEmpty {
                if state.failed { return (.failed, nil) }
                if state.ended { return (.end, nil) }
                state.waiting = true
                return (.wait, nil)
            }
            let count = min(buffer.count, state.chunk.count)
            buffer.copyBytes(from: state.chunk.prefix(count))
            state.chunk = state.chunk.dropFirst(count)
            guard state.chunk.isEmpty else { return (.bytes(count), nil) }
            defer { state.producer = nil }
            return (.bytes(count), state.producer)
        }
        producer?.resume(returning: true)
        return read
    }
}
