import CLibpq
import Foundation

extension PostgreSQLConnection {
    /// Begins `COPY (query) TO STDOUT` and gives its bytes as they come, CSV with a header line.
    ///
    /// Nothing is held but what the network delivered last: a table of any size passes through.
    /// - Returns: a function that fills a buffer and says with how many bytes, 0 at the end; it throws what the server
    ///   reports on the way, which can be after any number of rows.
    public func copy(_ query: String) throws -> (UnsafeMutableRawBufferPointer) throws -> Int {
        try send("COPY (\(query)\n) TO STDOUT (FORMAT csv, HEADER)", [])
        guard let result = try nextResult() else { throw lost() }
        let status = PQresultStatus(result)
        guard status == PGRES_COPY_OUT else {
            let failure = failure(of: result)
            PQclear(result)
            try drain { _ in }
            throw failure
        }
        PQclear(result)
        let stream = CopyStream(connection: self)
        return { try stream.read(into: $0) }
    }

    /// The rows of a COPY, cut to the reader's buffers.
    private final class CopyStream {
        private let connection: PostgreSQLConnection
        private var row: UnsafeMutablePointer<CChar>?
        private var length = 0
        private var offset = 0
        private var isFinished = false

        init(connection: PostgreSQLConnection) { self.connection = connection }

        deinit { PQfreemem(row) }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            guard let base = buffer.baseAddress, !isFinished else { return 0 }
            var filled = 0
            while filled < buffer.count {
                if offset == length {
                    // Whole rows are handed on before waiting for the network again.
                    guard try next(mayWait: filled == 0) else { break }
                }
                guard let row else { break }
                let count = min(buffer.count - filled, length - offset)
                (base + filled).copyMemory(from: row + offset, byteCount: count)
                filled += count
                offset += count
            }
            return filled
        }

        private func next(mayWait: Bool) throws -> Bool {
            let libpq = connection.connection
            PQfreemem(row)
            row = nil
            (length, offset) = (0, 0)
            while true {
                let count = PQgetCopyData(libpq, &row, 1)
                switch count {
                case 1...:
                    length = Int(count)
                    return true
                case 0:
                    guard mayWait else { return false }
                    try connection.waitForServer()
                    guard PQconsumeInput(libpq) == 1 else { throw connection.lost() }
                case -1:
                    isFinished = true
                    try connection.drain { _ in }
                    return false
                default:
                    isFinished = true
                    throw connection.lost()
                }
            }
        }
    }
}
