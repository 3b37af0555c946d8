import Foundation

/// Cuts a stream of chunks into lines.
struct LineSplitter {
    /// The longest line: some times the largest object that etcd takes.
    private static let limit = 64 << 20

    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0

    /// Takes a chunk.
    mutating func append(_ chunk: [UInt8]) {
        if start == buffer.count {
            buffer = chunk
            start = 0
            searched = 0
        } else {
            if start > 0 {
                buffer.removeSubrange(0..<start)
                searched -= start
                start = 0
            }
            buffer += chunk
        }
    }

    /// The next whole line without its end; nil until there is one.
    mutating func next() throws(KubernetesError) -> ArraySlice<UInt8>? {
        let from = searched
        let found: Int? = buffer.withUnsafeBytes { bytes in
            guard from < bytes.count, let base = bytes.baseAddress else { return nil }
            guard let hit = memchr(base + from, 0x0A, bytes.count - from) else { return nil }
            return UnsafeRawPointer(hit) - base
        }
        guard let found else {
            searched = buffer.count
            guard buffer.count - start <= Self.limit else {
                throw KubernetesError(
                    code: .malformedResponse,
                    message: "a watch event is longer than \(Self.limit) bytes"
                )
            }
            return nil
        }
        defer {
            start = found + 1
            searched = start
        }
        return buffer[start..<found]
    }
}
