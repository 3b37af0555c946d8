import Foundation

/// Reads a file on a thread of its own, some blocks ahead of whoever parses them, so that the disk and the parser work at
/// once.
///
/// The thread ends with the file, with an error, or when this goes; a read that waits for a pipe ends with the pipe.
final class ReadAhead {
    private let blocks: Blocks

    /// Starts to read.
    ///
    /// - Parameter read: puts bytes into a buffer and says how many, waiting for the first; 0 is the end.
    init(read: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws(DataError) -> Int) {
        let blocks = Blocks()
        self.blocks = blocks
        let thread = Thread { blocks.fill(read) }
        thread.name = "presage-read"
        thread.start()
    }

    deinit { blocks.close() }

    /// Fills a buffer, waiting for the first byte; 0 at the end.
    func take(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        try blocks.take(into: buffer)
    }

    /// Blocks between the thread that reads and the one that parses.
    private final class Blocks: @unchecked Sendable {
        static let size = 1 << 20
        static let count = 3

        private let condition = NSCondition()
        private var free = (0..<count).map { _ in [UInt8](repeating: 0, count: size) }
        private var full: [(bytes: [UInt8], count: Int)] = []
        /// How much of the first full block was taken.
        private var offset = 0
        private var isWaiting = false
        private var isFinished = false
        private var isClosed = false
        private var failure: DataError?

        /// Reads until the end; runs on the thread.
        func fill(_ read: (UnsafeMutableRawBufferPointer) throws(DataError) -> Int) {
            var error: DataError?
            var isOpen = true
            while isOpen, var block = takeFree() {
                var count = 0
                do throws(DataError) {
                    // A pipe gives little at a time: what the parser does not wait for is gathered.
                    while isOpen, count < block.count, count == 0 || !isParserWaiting {
                        let taken = block.withUnsafeMutableBytes { bytes in
                            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
                            return Result { () throws(DataError) in try read(rest) }
                        }
                        let more = try taken.get()
                        count += more
                        isOpen = more > 0
                    }
                } catch let failure {
                    error = failure
                    isOpen = false
                }
                hand(block, count)
            }
            finish(error)
        }

        private var isParserWaiting: Bool {
            condition.lock()
            defer { condition.unlock() }
            return isWaiting || isClosed
        }

        /// A block to read into; nil when nobody parses any more.
        private func takeFree() -> [UInt8]? {
            condition.lock()
            defer { condition.unlock() }
            while free.isEmpty, !isClosed { condition.wait() }
            return isClosed ? nil : free.removeLast()
        }

        private func hand(_ block: [UInt8], _ count: Int) {
            condition.lock()
            defer { condition.unlock() }
            if count > 0 { full.append((block, count)) }
            condition.broadcast()
        }

        private func finish(_ error: DataError?) {
            condition.lock()
            defer { condition.unlock() }
            isFinished = true
            failure = error
            condition.broadcast()
        }

        func close() {
            condition.lock()
            defer { condition.unlock() }
            isClosed = true
            condition.broadcast()
        }

        func take(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
            condition.lock()
            defer { condition.unlock() }
            isWaiting = true
            while full.isEmpty, !isFinished { condition.wait() }
            isWaiting = false
            // What was read before an error is parsed before it is thrown, as without a thread.
            guard let first = full.first else {
                if let failure { throw failure }
                return 0
            }
            let count = min(buffer.count, first.count - offset)
            first.bytes.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            offset += count
            if offset == first.count {
                free.append(full.removeFirst().bytes)
                offset = 0
                condition.broadcast()
            }
            return count
        }
    }
}
