import Foundation

/// Cuts a stream of chunks into lines.
struct LineSplitter {
    /// The longest line by default: some times the largest object that etcd takes.
    static let defaultLimit = 64 << 20

    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0

    init(limit: Int = defaultLimit) { self.limit = limit }

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
            try check(buffer.count - start)
            return nil
        }
        try check(found - start)
        defer {
            start = found + 1
            searched = start
        }
        return buffer[start..<found]
    }

    /// Refuses a line that is too long, whether its end is there or not: what is refused must not depend on how the
    /// bytes came.
    private func check(_ length: Int) throws(KubernetesError) {
        guard length > limit else { return }
        throw KubernetesError(code: .malformedResponse, message: "a watch event is longer than \(limit) bytes")
    }
}
