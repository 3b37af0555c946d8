import Foundation

/// What was broken, how often, and whether everything came right: the rows that `make test-faults` prints.
enum FaultTable {
    private static let lock = NSLock()

    /// Adds a row to the file that `PRESAGE_FAULT_TABLE` names; nothing happens where it names none.
    static func add(_ fault: String, scope: String, injected: Int, converged: Bool) {
        guard let path = ProcessInfo.processInfo.environment["PRESAGE_FAULT_TABLE"] else { return }
        let row = "\(fault)\t\(scope)\t\(injected)\t\(converged ? "yes" : "NO")\n"
        lock.withLock {
            let file =
                FileHandle(forWritingAtPath: path)
                ?? {
                    _ = FileManager.default.createFile(atPath: path, contents: nil)
                    return FileHandle(forWritingAtPath: path)
                }()
            _ = try? file?.seekToEnd()
            try? file?.write(contentsOf: Data(row.utf8))
            try? file?.close()
        }
    }
}
