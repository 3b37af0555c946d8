import Foundation

/// Where a tokenizer takes its bytes from.
enum ByteSource {
    /// Bytes that are in memory.
    static func bytes(_ bytes: [UInt8]) -> CSVTokenizer.Fill {
        var offset = 0
        return { buffer in
            let count = min(buffer.count, bytes.count - offset)
            bytes[offset..<(offset + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
            offset += count
            return count
        }
    }

    /// A file, or standard input for `-`, closed when the tokenizer goes.
    static func file(_ path: String) throws(DataError) -> CSVTokenizer.Fill {
        let file = try OpenFile(path: path)
        guard file.isWorthThread else { return { buffer throws(DataError) in try file.read(into: buffer) } }
        let ahead = ReadAhead { buffer throws(DataError) in try file.read(into: buffer) }
        return { buffer throws(DataError) in try ahead.take(into: buffer) }
    }

    private final class OpenFile: Sendable {
        let path: String
        let descriptor: Int32

        init(path: String) throws(DataError) {
            self.path = path
            guard path != "-" else {
                descriptor = STDIN_FILENO
                return
            }
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure(path) }
            // Tells the kernel to read ahead; a refusal changes nothing.
            _ = posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
        }

        deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

        /// Whether a thread that reads ahead gains more than it costs: not for a file of a few blocks.
        var isWorthThread: Bool {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return false }
            return status.st_mode & S_IFMT != S_IFREG || status.st_size > 4 << 20
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 { return count }
                guard errno == EINTR else { throw Self.failure(path) }
            }
        }

        private static func failure(_ path: String) -> DataError {
            DataError(
                .unreadable, "cannot be read: \(String(cString: strerror(errno))); check the path and its permissions",
                source: path
            )
        }
    }
}
