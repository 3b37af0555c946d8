import CLibcurl
import Foundation
import Threading

/// One thread that drives every transfer through one libcurl multi handle.
///
/// Other threads post commands to a mailbox and wake the loop through a pipe; everything of libcurl happens on the
/// loop's thread. Sockets are watched with `poll` and reported by `curl_multi_socket_action`, so that a wake-up costs
/// what is ready and not what is open.
final class TransferLoop: @unchecked Sendable {
    enum Command {
        case start(Transfer)
        case cancel(Transfer)
        case resumeReceiving(Transfer)
        case resumeSending(Transfer)
    }

    /// The process' loop; it starts with the first transfer and lives as long as the process.
    static let shared = TransferLoop()

    private struct Mailbox: Sendable {
        var commands: [Command] = []
        var running = false
    }

    private let mailbox = Locked(Mailbox())
    private let wakeRead: Int32
    private let wakeWrite: Int32

    // Used on the loop's thread alone:
    private var multi: UnsafeMutableRawPointer?
    private var polled: [pollfd] = []
    private var slots: [Int32: Int] = [:]
    private var deadline: ContinuousClock.Instant?
    private var active: [ObjectIdentifier: Transfer] = [:]
    private var nextSweep: ContinuousClock.Instant?
    private var mostConnections = 0
    /// Streams that wait until others of them end, the first that came first.
    private var waiting: [Transfer] = []

    private init() {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        wakeRead = ends[0]
        wakeWrite = ends[1]
    }

    func post(_ command: Command) {
        let (start, wake) = mailbox.withLock { mailbox in
            let wake = mailbox.commands.isEmpty
            mailbox.commands.append(command)
            let start = !mailbox.running
            mailbox.running = true
            return (start, wake)
        }
        if start {
            let thread = Thread {
                nameThread("presage-http")
                self.run()
            }
            thread.start()
        }
        if wake {
            var byte: UInt8 = 1
            _ = write(wakeWrite, &byte, 1)
        }
    }

    private func run() {
        // A connection that the server closed must be an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        multi = curl_multi_init()
        let context = Unmanaged.passUnretained(self).toOpaque()
        presage_curl_multi_set_callbacks(
            multi,
            { _, socket, what, context, _ in
                guard let context else { return 0 }
                Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, Int(what))
                return 0
            },
            { _, milliseconds, context in
                guard let context else { return 0 }
                Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
                return 0
            },
            context
        )
        // Idle connections to keep; libcurl's own limit moves with the number of transfers under way.
        presage_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1024)
        // As many streams a connection as the server takes; libcurl's own limit of 100 costs a connection for each more.
        presage_curl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000)
        polled = [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
        while true {
            runCommands()
            turn()
            collectFinished()
            startWaiting()
            sweep()
        }
    }

    private func turn() {
        let now = ContinuousClock.now
        var timeout: Int32 = -1
        for instant in [deadline, nextSweep] {
            guard let instant else { continue }
            let milliseconds = (instant - now).milliseconds(roundedUp: true)
            let wait = Int32(clamping: max(0, milliseconds))
            timeout = timeout < 0 ? wait : min(timeout, wait)
        }
        let ready = poll(&polled, nfds_t(polled.count), timeout)
        var running: Int32 = 0
        if ready > 0 {
            if polled[0].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                while read(wakeRead, &bytes, bytes.count) > 0 {}
            }
            // Copied, for a callback changes what is polled.
            let events = polled.dropFirst().filter { $0.revents != 0 }
            for event in events where slots[event.fd] != nil {
                var mask: Int32 = 0
                if event.revents & Int16(POLLIN | POLLHUP) != 0 { mask |= CURL_CSELECT_IN }
                if event.revents & Int16(POLLOUT) != 0 { mask |= CURL_CSELECT_OUT }
                if event.revents & Int16(POLLERR | POLLNVAL) != 0 { mask |= CURL_CSELECT_ERR }
                curl_multi_socket_action(multi, event.fd, mask, &running)
            }
        }
        if let deadline, ContinuousClock.now >= deadline {
            self.deadline = nil
            curl_multi_socket_action(multi, curl_socket_t(-1), 0, &running)
        }
    }

    private func watch(_ socket: curl_socket_t, _ what: Int) {
        if what == Int(CURL_POLL_REMOVE) {
            guard let slot = slots.removeValue(forKey: socket) else { return }
            let last = polled.removeLast()
            if slot < polled.count {
                polled[slot] = last
                slots[last.fd] = slot
            }
            return
        }
        var events: Int16 = 0
        if what & Int(CURL_POLL_IN) != 0 { events |= Int16(POLLIN) }
        if what & Int(CURL_POLL_OUT) != 0 { events |= Int16(POLLOUT) }
        if let slot = slots[socket] {
            polled[slot].events = events
        } else {
            slots[socket] = polled.count
            polled.append(pollfd(fd: socket, events: events, revents: 0))
        }
    }

    private func setTimer(_ milliseconds: Int) {
        deadline = milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
    }

    private func runCommands() {
        let commands = mailbox.withLock { mailbox in
            let commands = mailbox.commands
            mailbox.commands.removeAll(keepingCapacity: true)
            return commands
        }
        var resumed = false
        for command in commands {
            switch command {
            case .start(let transfer): start(transfer)
            case .cancel(let transfer): remove(transfer)
            case .resumeReceiving(let transfer), .resumeSending(let transfer):
                guard active[ObjectIdentifier(transfer)] != nil else { continue }
                transfer.unpause()
                resumed = true
            }
        }
        if resumed {
            // libcurl has set an immediate timer; run it now.
            var running: Int32 = 0
            curl_multi_socket_action(multi, curl_socket_t(-1), 0, &running)
            collectFinished()
        }
    }

    private func start(_ transfer: Transfer) {
        let most = ConnectionLimit.current
        if most != mostConnections {
            mostConnections = most
            presage_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most)
        }
        if transfer.waitLimit != nil, nextSweep == nil { nextSweep = .now + .milliseconds(500) }
        if transfer.request.isStream, !waiting.isEmpty || !hasRoomForStreams {
            active[ObjectIdentifier(transfer)] = transfer
            waiting.append(transfer)
        } else {
            begin(transfer)
        }
    }

    private var hasRoomForStreams: Bool { active.values.count { $0.isHoldingStream } < ConnectionLimit.ofStreams }

    /// Begins with streams for which others have made room.
    private func startWaiting() {
        while let next = waiting.first, hasRoomForStreams { begin(next) }
    }

    private func begin(_ transfer: Transfer) {
        waiting.removeAll { $0 === transfer }
        guard let easy = transfer.prepare() else {
            active[ObjectIdentifier(transfer)] = nil
            return
        }
        active[ObjectIdentifier(transfer)] = transfer
        let result = curl_multi_add_handle(multi, easy)
        if result != CURLM_OK {
            remove(transfer)
            transfer.finish(.failure(HTTPTransportError(code: .other, message: "libcurl takes no more transfers")))
        }
    }

    private func remove(_ transfer: Transfer) {
        guard active.removeValue(forKey: ObjectIdentifier(transfer)) != nil else { return }
        if let easy = transfer.easy {
            curl_multi_remove_handle(multi, easy)
        } else {
            waiting.removeAll { $0 === transfer }
        }
        transfer.cleanUp()
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = presage_curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            presage_curl_get_pointer(easy, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let isInVain = result == CURLE_OPERATION_TIMEDOUT && transfer.isWaiting
            let outcome = isInVain ? .failure(waitedInVain(transfer)) : transfer.outcome(of: result)
            remove(transfer)
            transfer.finish(outcome)
        }
    }

    private func waitedInVain(_ transfer: Transfer) -> HTTPTransportError {
        if transfer.easy == nil {
            return transfer.waitedInVain(
                taken:
                    "all \(ConnectionLimit.ofStreams) that streams may hold, a quarter of the process' file descriptors,"
            )
        }
        let isFull = active.values.count { !$0.isWaiting } >= mostConnections
        return transfer.waitedInVain(
            taken: isFull ? "all \(mostConnections) that there may be, a third of the process' file descriptors," : nil)
    }

    /// Ends transfers that were silent, or without a connection, for too long; libcurl's own limits count from the connection
    /// on.
    ///
    /// Twice a second is exact enough, and nothing while none is limited.
    private func sweep() {
        guard let due = nextSweep else { return }
        let now = ContinuousClock.now
        guard now >= due else { return }
        var isLimited = false
        for transfer in Array(active.values) {
            var error: HTTPTransportError?
            if let limit = transfer.waitLimit, transfer.isWaiting {
                if now - transfer.postedAt > limit { error = waitedInVain(transfer) }
                isLimited = true
            } else if let limit = transfer.idleLimit {
                if transfer.isSilent(now: now) {
                    error = HTTPTransportError(
                        code: .idleTimeout,
                        message: "\(transfer.host): nothing came for \(limit); the server or the network hangs")
                }
                isLimited = true
            }
            if let error {
                remove(transfer)
                transfer.finish(.failure(error))
            }
        }
        nextSweep = isLimited ? now + .milliseconds(500) : nil
    }
}

extension Duration {
    /// The duration in whole milliseconds.
    func milliseconds(roundedUp: Bool) -> Int {
        let (seconds, attoseconds) = components
        let fraction = attoseconds / 1_000_000_000_000_000
        let rest = attoseconds % 1_000_000_000_000_000
        return Int(clamping: seconds) * 1000 + Int(fraction) + (roundedUp && rest > 0 ? 1 : 0)
    }
}
