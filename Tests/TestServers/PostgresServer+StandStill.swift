import Foundation

extension PostgresServer {
    /// Runs `body` while the server's processes stand still; the kernel goes on answering for them, so that connections
    /// look alive.
    ///
    /// - Parameter pattern: what is `LIKE` the statement that has to be at work when they stop.
    public func standingStill(at pattern: String, _ body: () async throws -> Void) async throws {
        var backend: Int32?
        while backend == nil {
            backend = Int32(
                try sql(
                    """
                    SELECT pid FROM pg_stat_activity
                    WHERE query LIKE '\(pattern)' AND state = 'active' AND pid <> pg_backend_pid()
                    """))
        }
        let main = Int32(try sql("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)"))
        let processes = [backend, main].compactMap(\.self)
        for process in processes { kill(process, SIGSTOP) }
        defer { for process in processes { kill(process, SIGCONT) } }
        // Whatever happens, what stands still does not outlive the test.
        let rescue = Task {
            try await Task.sleep(for: .seconds(60))
            for process in processes { kill(process, SIGCONT) }
        }
        defer { rescue.cancel() }
        try await body()
    }
}
