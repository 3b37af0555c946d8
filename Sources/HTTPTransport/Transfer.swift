import CLibcurl
import Foundation
import Threading

/// One request on its way: the state shared by the loop's thread and the tasks that wait for it.
final class Transfer: @unchecked Sendable {
    let request: HTTPRequest
    let configuration: HTTPClientConfiguration
    let loop: TransferLoop
    /// Scheme, host and port, for messages.
    let host: String
    let timeouts: HTTPTimeouts
    let upload: UploadBuffer?

    // Used on the loop's thread alone:
    var easy: UnsafeMutableRawPointer?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var connectTo: UnsafeMutablePointer<curl_slist>?
    var status = 0
    var headers = HTTPHeaders()
    var redirects = 0
    /// When it was asked for.
    var postedAt = ContinuousClock.now
    /// When it began to look for a connection.
    var startedAt = ContinuousClock.now
    /// Whether others may use the connection too, as with HTTP/2.
    var sharesConnection = false
    var lastActivity = ContinuousClock.now
    var packed = Packed()
    /// How many bytes of the body the network had taken at the last look.
    private var sentBytes: curl_off_t = 0

    /// What the loop's thread hands over to the reading task.
    ///
    /// All of it is handed over here, under the lock; the continuation only wakes the reader, which then looks again.
    struct State: Sendable {
        var cancelled = false
        var head: Head?
        var buffer: [UInt8] = []
        var receivingPaused = false
        var outcome: Result<Void, HTTPTransportError>?
        /// The task that waits for any of these.
        var reader: CheckedContinuation<Void, Never>?

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }
    }

    /// The head of the answer.
    struct Head: Sendable {
        var status: Int
        var headers: HTTPHeaders
    }

    let state = Locked(State())
    /// Where libcurl writes what went wrong, as long as the handle lives.
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(request: HTTPRequest, configuration: HTTPClientConfiguration, loop: TransferLoop) {
        self.request = request
        self.configuration = configuration
        self.loop = loop
        self.timeouts = request.timeouts ?? configuration.timeouts
        self.host = HTTPURL.redactedOrigin(request.url)
        if case .stream = request.body { upload = UploadBuffer() } else { upload = nil }
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { errorText.deallocate() }

    /// Starts the transfer and waits for the head of the answer.
    func run() async throws -> HTTPResponse {
        let pump = startUpload()
        do {
            let head = try await withTaskCancellationHandler {
                // A task that was cancelled before sends nothing.
                if !state.withLock({ $0.cancelled }) { loop.post(.start(self)) }
                return try await wait(for: takeHead)
            } onCancel: {
                cancel()
            }
            return HTTPResponse(status: head.status, headers: head.headers, body: HTTPResponseBody(transfer: self))
        } catch {
            pump?.cancel()
            throw error
        }
    }

    /// Closes the stream from any thread.
    func cancel() {
        let (reader, running) = state.withLock { state in
            let running = state.outcome == nil && !state.cancelled
            state.cancelled = true
            if running { state.buffer = [] }
            return (state.takeReader(), running)
        }
        reader?.resume()
        if running { loop.post(.cancel(self)) }
    }

    /// Takes bytes from the network; false pauses the transfer until the reader has caught up.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (accepted, reader) = state.withLock { state in
            if state.cancelled { return (true, state.takeReader()) }
            if state.buffer.count >= configuration.bodyBuffer {
                state.receivingPaused = true
                return (false, nil)
            }
            state.buffer.append(contentsOf: bytes)
            return (true, state.takeReader())
        }
        reader?.resume()
        if accepted {
            lastActivity = .now
            packed.unpacked += bytes.count
        }
        return accepted
    }

    /// Tells the waiting task that the head is complete.
    func deliverHead() {
        let reader = state.withLock { state in
            state.head = Head(status: status, headers: headers)
            return state.takeReader()
        }
        reader?.resume()
    }

    /// Ends the transfer for those who wait.
    func finish(_ outcome: Result<Void, HTTPTransportError>) {
        let reader = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            return state.takeReader()
        }
        upload?.close()
        reader?.resume()
    }

    var idleLimit: Duration? { timeouts.idle }

    /// Whether nothing moved for longer than allowed; a transfer that waits for its own reader is not silent.
    func isSilent(now: ContinuousClock.Instant) -> Bool {
        guard let limit = timeouts.idle else { return false }
        if state.withLock({ $0.receivingPaused || !$0.buffer.isEmpty }) || hasSentMore {
            lastActivity = now
            return false
        }
        return now - lastActivity > limit
    }

    /// Whether the network has taken more of the body since the last look: of one that it holds as a whole libcurl tells nobody.
    private var hasSentMore: Bool {
        var sent: curl_off_t = 0
        if let easy { presage_curl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &sent) }
        defer { sentBytes = sent }
        return sent != sentBytes
    }

    /// Whether it has no connection yet, nor tries to make one: others have all that there may be, or try for it.
    var isWaiting: Bool {
        guard let easy else { return true }
        // Both stay 0 until then.
        return [CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_PRETRANSFER_TIME_T].allSatisfy { info in
            var time: curl_off_t = 0
            presage_curl_get_offset(easy, info, &time)
            return time == 0
        }
    }

    /// How long it may wait for a connection.
    var waitLimit: Duration? { timeouts.total ?? timeouts.idle }

    /// Whether it holds a connection, for as long as nobody closes the stream.
    var isHoldingStream: Bool { request.isStream && easy != nil && !sharesConnection }

    func unpause() {
        lastActivity = .now
        if let easy { curl_easy_pause(easy, CURLPAUSE_CONT) }
    }

    func cleanUp() {
        upload?.close()
        if let easy { curl_easy_cleanup(easy) }
        easy = nil
        curl_slist_free_all(headerList)
        headerList = nil
        curl_slist_free_all(connectTo)
        connectTo = nil
    }

    private func startUpload() -> Task<Void, Never>? {
        guard case .stream(_, let stream) = request.body, let upload else { return nil }
        return Task { [weak self] in
            do {
                for try await chunk in stream {
                    guard await upload.put(chunk, onRefill: { self.map { $0.loop.post(.resumeSending($0)) } }) else {
                        return
                    }
                }
                upload.end(nil)
            } catch {
                upload.end(error)
            }
            if let self { self.loop.post(.resumeSending(self)) }
        }
    }
}
