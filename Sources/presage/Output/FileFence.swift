import Foundation
import KubernetesClient

/// Puts a file in another one's place, unless that is of a later decision.
///
/// The mark lies in a file beside it, which is the lock too: whoever looks holds it until the file is replaced, so that
/// nobody who was stopped in between goes back before what was written meanwhile.
struct FileFence: Sendable {
    /// The file that is to be replaced.
    let path: String
    /// How long to wait for another pod, which only renames a file meanwhile.
    var patience: Duration = .seconds(30)

    /// The mark's file.
    var markPath: String {
        let file = URL(fileURLWithPath: path)
        return file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).written").path
    }

    /// Renames `partial` to the file.
    ///
    /// - Returns: false where what is there is of a later decision, and stays.
    func replace(with partial: String, of labels: ForecastLabels) async throws -> Bool {
        // Else a node that crashes could leave the name with nothing behind it.
        let table = try FileHandle(forUpdating: URL(fileURLWithPath: partial))
        defer { try? table.close() }
        try table.synchronize()
        let descriptor = open(markPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
        guard descriptor >= 0 else { throw notWritable(markPath) }
        // Closing it ends the lock, as the end of the process does.
        let mark = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        defer { try? mark.close() }
        try await lock(descriptor)
        let known = try mark.readToEnd().flatMap { try? JSONValue(parsing: $0).decode(ForecastMark.self) }
        if let known, known.isNewer(than: labels) { return false }
        // First the mark: where this ends in between, an older decision does not come back, and this one is tried again.
        let bytes = try JSONValue(encoding: ForecastMark(labels)).serialized()
        try mark.seek(toOffset: 0)
        try mark.write(contentsOf: bytes)
        try mark.truncate(atOffset: UInt64(bytes.count))
        try mark.synchronize()
        guard rename(partial, path) == 0 else { throw notWritable(path) }
        return true
    }

    private func lock(_ descriptor: Int32) async throws {
        let deadline = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EWOULDBLOCK where ContinuousClock.now < deadline: try await Task.sleep(for: .milliseconds(50))
            case EWOULDBLOCK:
                throw TrainingFailure(
                    "Locked",
                    "another pod has held \(markPath) for \(patience.components.seconds) seconds while it replaces \(path); it "
                        + "stands still, perhaps on a node that is cut off: end it",
                    exitStatus: .unavailable)
            case EINTR: continue
            // A volume without locks: what is left is the look at the mark.
            default: return
            }
        }
    }

    private func notWritable(_ path: String) -> TrainingFailure {
        TrainingFailure("NotWritable", "\(path) cannot be replaced: \(String(cString: strerror(errno)))")
    }
}
