import CLibpq
import Foundation
import Threading

/// A connection to a PostgreSQL server, through libpq.
///
/// It belongs to the one thread that ``with(_:_:)`` gives it: every call blocks that thread and none of Swift's own.
/// Waiting goes through `poll`, so that cancelling the task ends a wait at once and tells the server to stop working.
public final class PostgreSQLConnection {
    let settings: PostgreSQLSettings
    let interrupt: Interrupt
    let connection: OpaquePointer

    /// Connects on a thread of its own, runs `body` there, and closes the connection whatever happens.
    ///
    /// - Throws: ``PostgreSQLError``, what `body` throws, or `CancellationError` where the task was cancelled.
    public static func with<Result: Sendable>(
        _ settings: PostgreSQLSettings, _ body: @escaping @Sendable (PostgreSQLConnection) throws -> Result
    ) async throws -> Result {
        let interrupt = Interrupt()
        return try await withTaskCancellationHandler {
            try await onThread("presage-postgresql") {
                try body(try PostgreSQLConnection(settings, interrupt: interrupt))
            }
        } onCancel: {
            interrupt.raise()
        }
    }

    private init(_ settings: PostgreSQLSettings, interrupt: Interrupt) throws {
        self.settings = settings
        self.interrupt = interrupt
        let pairs = settings.keywords
        var names: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = pairs.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer {
            for text in names + values { free(UnsafeMutableRawPointer(mutating: text)) }
        }
        guard let connection = PQconnectStartParams(&names, &values, 0) else {
            throw PostgreSQLError(.other, "libpq is out of memory")
        }
        self.connection = connection
        // With the SQLSTATE in the message a refused login can be told from an unknown database in every language.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        // Where this throws, everything is initialized already, so that `deinit` closes what was opened.
        try establish()
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    private func establish() throws {
        let deadline = ContinuousClock.now + settings.connectTimeout
        // libpq: behave as if the last poll had returned "writing".
        var state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED else {
                throw PostgreSQLError.connecting(
                    redacted(String(cString: PQerrorMessage(connection))), place: settings.place)
            }
            let ready = try wait(for: state == PGRES_POLLING_READING ? Int16(POLLIN) : Int16(POLLOUT), until: deadline)
            guard ready else {
                throw PostgreSQLError(
                    .unreachable,
                    "\(settings.place): no connection within \(settings.connectTimeout); check the address, the "
                        + "network and firewalls")
            }
            state = PQconnectPoll(connection)
        }
    }

    /// Waits for the server's next bytes.
    ///
    /// A statement's time-out is kept by the server alone, and one that is frozen keeps none: its kernel still answers for
    /// it, so that no other limit ends the wait.
    func waitForServer() throws {
        let limit = settings.statementTimeout + settings.grace
        guard try wait(for: Int16(POLLIN), until: .now + limit) else {
            throw PostgreSQLError(
                .timedOut,
                "\(settings.place): nothing came for \(limit), though the server was to give up before; it hangs, or what "
                    + "is in between (a pooler, a proxy) does")
        }
    }

    /// Waits until the socket is ready; false where the deadline came first.
    private func wait(for events: Int16, until deadline: ContinuousClock.Instant? = nil) throws -> Bool {
        while true {
            try checkInterrupt()
            var timeout: Int32 = -1
            if let deadline {
                let left = deadline - .now
                guard left > .zero else { return false }
                let (seconds, attoseconds) = left.components
                timeout = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
            }
            var polled = [
                pollfd(fd: PQsocket(connection), events: events, revents: 0),
                pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&polled, 2, timeout)
            if ready > 0, polled[0].revents != 0 { return true }
            if ready < 0, errno != EINTR {
                throw PostgreSQLError(.connectionLost, "\(settings.place): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Ends the work where the task was cancelled, here and on the server.
    func checkInterrupt() throws {
        guard interrupt.wasRaised else { return }
        if PQstatus(connection) == CONNECTION_OK, PQtransactionStatus(connection) == PQTRANS_ACTIVE,
            let cancel = PQgetCancel(connection)
        {
            Self.send(cancel, within: settings.connectTimeout)
        }
        throw CancellationError()
    }

    /// Asks the server to stop. Whether that arrives or not, the connection is closed next.
    ///
    /// libpq waits for the server to take it, without any limit: where it never does, that thread is left to itself.
    private static func send(_ cancel: OpaquePointer, within limit: Duration) {
        nonisolated(unsafe) let cancel = cancel
        let sent = DispatchSemaphore(value: 0)
        let thread = Thread {
            nameThread("presage-pgcancel")
            var words = [CChar](repeating: 0, count: 256)
            PQcancel(cancel, &words, Int32(words.count))
            PQfreeCancel(cancel)
            sent.signal()
        }
        thread.start()
        let (seconds, attoseconds) = limit.components
        _ = sent.wait(timeout: .now() + .seconds(Int(seconds)) + .nanoseconds(Int(attoseconds / 1_000_000_000)))
    }

    /// A message without the password, should a server or library repeat it.
    func redacted(_ text: String) -> String {
        guard let password = settings.password, password.count > 2 else { return text }
        return text.replacingOccurrences(of: password, with: "…")
    }

    /// The failure that a result tells of.
    func failure(of result: OpaquePointer?) -> PostgreSQLError {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        let detail = PQresultErrorField(result, Int32(UInt8(ascii: "D"))).map { " (\(String(cString: $0)))" } ?? ""
        let hint = PQresultErrorField(result, Int32(UInt8(ascii: "H"))).map { ". \(String(cString: $0))" } ?? ""
        guard let primary else { return lost() }
        // `PQERRORS_VERBOSE` is off by now, so the primary message is the server's own sentence.
        return .server(
            state: state, text: "\(settings.place): \(redacted(PostgreSQLError.oneLine(primary + detail + hint)))",
            place: settings.place)
    }

    func lost() -> PostgreSQLError {
        let words = PostgreSQLError.oneLine(redacted(String(cString: PQerrorMessage(connection))))
        return PostgreSQLError(
            .connectionLost, "\(settings.place): the connection broke (\(words)); try again later")
    }
}
