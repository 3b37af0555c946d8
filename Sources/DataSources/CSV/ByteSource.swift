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
        return { buffer throws(DataError) in try file.read(into: buffer) }
    }

    private final class OpenFile {
        /// How far the kernel is asked to read ahead of the parser: enough for a disk to be busy all the time. A thread
        /// of our own would do no better, and on a busy machine its turns are what one waits for.
        private static let ahead = 16 << 20
        /// Linux' F_SETPIPE_SZ, which the C library shows to GNU sources only.
        private static let setPipeSize: Int32 = 1031

        let path: String
        let descriptor: Int32
        /// Bytes read, and bytes that the kernel was asked for.
        private var position = 0
        private var asked = 0

        init(path: String) throws(DataError) {
            self.path = path
            guard path != "-" else {
                descriptor = STDIN_FILENO
                // A pipe holds 64 KiB unless asked; more means fewer turns between its two ends. A refusal changes nothing.
                _ = fcntl(descriptor, Self.setPipeSize, 1 << 20)
                return
            }
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure(path) }
            _ = posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_SEQUENTIAL))
        }

        deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
            if asked < position + Self.ahead / 2 {
                // A pipe refuses, which changes nothing.
                _ = posix_fadvise(descriptor, asked, position + Self.ahead - asked, Int32(POSIX_FADV_WILLNEED))
                asked = position + Self.ahead
            }
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 {
                    position += count
                    return count
                }
                guard errno == EINTR else { throw Self.failure(path) }
            }
        }

        private static func failure(_ path: String) -> DataError {
            let why = String(cString: strerror(errno))
            guard path != "-" else { return DataError(.unreadable, "cannot be read: \(why)", source: "standard input") }
            return DataError(
                .unreadable, "cannot be read: \(why); check the path and its permissions", source: path)
        }
    }
}
