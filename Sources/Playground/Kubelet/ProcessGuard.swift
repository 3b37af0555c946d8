import Foundation
import Glibc

/// Ends the processes of pods when the playground itself dies without a chance to do so.
///
/// A small shell reads the process groups that live from a pipe. When the pipe closes, because the playground is gone,
/// it kills them all.
final class ProcessGuard: Sendable {
    private let shell: Process
    private let input: FileHandle
    private let lock = NSLock()

    /// Starts the guard; nil where there is no shell.
    init?() {
        let script = """
            groups=" "
            while read -r verb group; do
              case $verb in
                add) groups="$groups$group " ;;
                drop) groups="${groups%% $group *} ${groups#* $group }" ;;
              esac
            done
            for group in $groups; do kill -9 "-$group" 2>/dev/null; done
            """
        // Ignores what ends the playground, for its work begins after that.
        let pipe = Pipe()
        shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "trap '' INT TERM HUP\n" + script]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        input = pipe.fileHandleForWriting
        // A guard that died must not take the playground with it.
        signal(SIGPIPE, SIG_IGN)
        _ = fcntl(input.fileDescriptor, F_SETFD, FD_CLOEXEC)
        do { try shell.run() } catch { return nil }
    }

    func add(_ group: pid_t) { tell("add \(group)\n") }

    func drop(_ group: pid_t) { tell("drop \(group)\n") }

    /// Lets the guard kill what is left, and end.
    func finish() {
        lock.lock()
        defer { lock.unlock() }
        try? input.close()
        shell.waitUntilExit()
    }

    private func tell(_ line: String) {
        lock.lock()
        defer { lock.unlock() }
        try? input.write(contentsOf: Data(line.utf8))
    }
}
