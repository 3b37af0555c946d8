import Foundation

/// Chunks on their way from a task that must not block to a thread that may, no more of them than `capacity` bytes.
final class ChunkQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private var chunks: [[UInt8]] = []
    private var offset = 0
    private var bytes = 0
    private var isFinished = false
    private var isClosed = false
    private var failure: DataError?
    private var producer: CheckedContinuation<Bool, Never>?

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Hands a chunk over and waits while the queue is full; false where nobody reads any more.
    func put(_ chunk: [UInt8]) async -> Bool {
        if chunk.isEmpty { return true }
        return await withCheckedContinuation { continuation in
            condition.lock()
            guard !isClosed else {
                condition.unlock()
                continuation.resume(returning: false)
                return
            }
            chunks.append(chunk)
            bytes += chunk.count
            condition.signal()
            if bytes < capacity || isFinished {
                condition.unlock()
                continuation.resume(returning: true)
            } else {
                producer = continuation
                condition.unlock()
            }
        }
    }

    /// No more follows; where `error` is set the reader gets it in place of the rest.
    func finish(_ error: DataError?) {
        condition.lock()
        if !isFinished {
            isFinished = true
            failure = error
        }
        let waiting = takeProducer()
        condition.signal()
        condition.unlock()
        waiting?.resume(returning: true)
    }

    /// Nobody reads any more.
    func close() {
        condition.lock()
        isClosed = true
        chunks = []
        let waiting = takeProducer()
        condition.unlock()
        waiting?.resume(returning: false)
    }

    /// Fills a buffer, waiting for the first byte; 0 at the end.
    func take(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        condition.lock()
        while chunks.isEmpty, !isFinished { condition.wait() }
        if let failure {
            condition.unlock()
            throw failure
        }
        var filled = 0
        var used = 0
        while filled < buffer.count, used < chunks.count {
            let chunk = chunks[used]
            let count = min(buffer.count - filled, chunk.count - offset)
            chunk.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + count)])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + count)]))
            }
            filled += count
            offset += count
            if offset == chunk.count {
                used += 1
                offset = 0
            }
        }
        chunks.removeFirst(used)
        bytes -= filled
        let waiting = bytes < capacity ? takeProducer() : nil
        condition.unlock()
        waiting?.resume(returning: true)
        return filled
    }

    private func takeProducer() -> CheckedContinuation<Bool, Never>? {
        defer { producer = nil }
        return producer
    }
}
