import Foundation
import Glibc
import Threading

/// A child process in a process group of its own.
struct LocalProcess: Sendable {
    /// How a process ended.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signaled(Int32)

        /// The code that a container reports.
        var code: Int32 {
            switch self {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        }
    }

    let pid: pid_t

    /// Starts an executable; both outputs go to `output`, the input is empty.
    ///
    /// - Throws: an `errno` as `POSIXError`.
    static func start(
        _ path: String, _ arguments: [String], environment: [String: String], directory: String, output: String
    ) throws -> LocalProcess {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // No descriptor of this process, its listening socket above all, is handed on.
        for descriptor in openDescriptors() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // The command line ignores SIGINT and SIGTERM to handle them itself; a child must not inherit that.
        var every = sigset_t()
        var none = sigset_t()
        sigfillset(&every)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &every)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, flags)

        guard access(path, X_OK) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ENOENT) }
        // Swift's Glibc module has no spawn action that changes the directory, so a shell does it and steps aside.
        let shell = "/bin/sh"
        let words =
            ([shell, "-c", "cd -- \"$0\" && exec \"$@\"", directory, path] + arguments)
            .map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0)=\($1)") } + [nil]
        defer {
            for word in words + variables { free(word) }
        }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, shell, &actions, &attributes, words, variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        return LocalProcess(pid: pid)
    }

    /// The open descriptors above the standard ones.
    private static func openDescriptors() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 > 2 }
    }

    /// Waits for the end on a thread of its own.
    func end() async -> End {
        await BlockingThread("presage-wait", stackSize: 128 << 10) { [pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7F
            return signal == 0 ? End.exited((status >> 8) & 0xFF) : .signaled(signal)
        }.value
    }

    /// Sends a signal to the process and to all that it started.
    func kill(_ signal: Int32) { _ = Glibc.kill(-pid, signal) }
}
