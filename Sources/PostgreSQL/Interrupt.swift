import Foundation

/// Wakes a thread that waits for a socket: a pipe that becomes readable once and stays so.
final class Interrupt: @unchecked Sendable {
    private let lock = NSLock()
    private var isRaised = false
    let descriptor: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    var wasRaised: Bool {
        lock.lock()
        defer { lock.unlock() }
        return isRaised
    }

    func raise() {
        lock.lock()
        defer { lock.unlock() }
        guard !isRaised else { return }
        isRaised = true
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
