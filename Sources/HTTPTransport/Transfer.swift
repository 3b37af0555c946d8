import CLibcurl
import Foundation

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
    var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    var status = 0
    var headers = HTTPHeaders()
    var redirects = 0
    var startedAt = ContinuousClock.now
    var lastActivity = ContinuousClock.now

    struct State: Sendable {
        var cancelled = false
        var headDelivered = false
        var headWaiter: CheckedContinuation<HTTPResponse, any Error>?
        var buffer: [UInt8] = []
        var chunkWaiter: CheckedContinuation<[UInt8]?, any Error>?
        var receivingPaused = false
        var outcome: Result<Void, HTTPTransportError>?
    }

    let state = Locked(State())

    init(request: HTTPRequest, configuration: HTTPClientConfiguration, loop: TransferLoop) {
        self.request = request
        self.configuration = configuration
        self.loop = loop
        self.timeouts = request.timeouts ?? configuration.timeouts
        self.host = HTTPURL.redactedOrigin(request.url)
        if case .stream = request.body { upload = UploadBuffer() } else { upload = nil }
    }

    /// Starts the transfer and waits for the head of the answer.
    func run() async throws -> HTTPResponse {
        let pump = startUpload()
        do {
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let cancelled = state.withLock { state in
                        if state.cancelled { return true }
                        state.headWaiter = continuation
                        return false
                    }
                    if cancelled {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        loop.post(.start(self))
                    }
                }
            } onCancel: {
                cancel()
            }
        } catch {
            pump?.cancel()
            throw error
        }
    }

    /// Closes the stream from any thread.
    func cancel() {
        let (head, chunk, running) = state.withLock { state in
            let running = state.outcome == nil && !state.cancelled
            state.cancelled = true
            if running { state.buffer = [] }
            defer {
                state.headWaiter = nil
                state.chunkWaiter = nil
            }
            return (state.headWaiter, state.chunkWaiter, running)
        }
        head?.resume(throwing: CancellationError())
        chunk?.resume(throwing: CancellationError())
        if running { loop.post(.cancel(self)) }
    }

    /// The next bytes of the body; nil at its end.
    func nextChunk() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in takeChunk(continuation) }
        } onCancel: {
            cancel()
        }
    }

    private func takeChunk(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
        enum Answer {
            case wait
            case give(Result<[UInt8]?, any Error>, resume: Bool)
        }
        let answer: Answer = state.withLock { state in
            if state.cancelled, state.outcome == nil { return .give(.failure(CancellationError()), resume: false) }
            if !state.buffer.isEmpty {
                let chunk = state.buffer
                state.buffer = []
                let resume = state.receivingPaused
                state.receivingPaused = false
                return .give(.success(chunk), resume: resume)
            }
            switch state.outcome {
            case .success?: return .give(.success(nil), resume: false)
            case .failure(let error)?: return .give(.failure(error), resume: false)
            case nil:
                state.chunkWaiter = continuation
                return .wait
            }
        }
        guard case .give(let result, let resume) = answer else { return }
        if resume { loop.post(.resumeReceiving(self)) }
        continuation.resume(with: result)
    }

    /// Takes bytes from the network; false pauses the transfer until the reader has caught up.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (accepted, waiter): (Bool, CheckedContinuation<[UInt8]?, any Error>?) = state.withLock { state in
            if let waiter = state.chunkWaiter {
                state.chunkWaiter = nil
                return (true, waiter)
            }
            if state.buffer.count >= configuration.bodyBuffer, !state.cancelled {
                state.receivingPaused = true
                return (false, nil)
            }
            if !state.cancelled { state.buffer.append(contentsOf: bytes) }
            return (true, nil)
        }
        waiter?.resume(returning: Array(bytes))
        if accepted { lastActivity = .now }
        return accepted
    }

    /// Tells the waiting task that the head is complete.
    func deliverHead() {
        let waiter = state.withLock { state in
            state.headDelivered = true
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume(
            returning: HTTPResponse(status: status, headers: headers, body: HTTPResponseBody(transfer: self))
        )
    }

    /// Ends the transfer for those who wait.
    func finish(_ outcome: Result<Void, HTTPTransportError>) {
        let (head, chunk) = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            defer {
                state.headWaiter = nil
                state.chunkWaiter = nil
            }
            return (state.headWaiter, state.chunkWaiter)
        }
        upload?.close()
        switch outcome {
        case .success:
            // An answer without a blank line after its head is no HTTP.
            head?.resume(
                throwing: HTTPTransportError(code: .protocolViolation, message: "\(host): the answer has no head")
            )
            chunk?.resume(returning: nil)
        case .failure(let error):
            head?.resume(throwing: error)
            chunk?.resume(throwing: error)
        }
    }

    var idleLimit: Duration? { timeouts.idle }

    /// Whether nothing moved for longer than allowed; a transfer that waits for its own reader is not silent.
    func isSilent(now: ContinuousClock.Instant) -> Bool {
        guard let limit = timeouts.idle else { return false }
        if state.withLock({ $0.receivingPaused || !$0.buffer.isEmpty }) {
            lastActivity = now
            return false
        }
        return now - lastActivity > limit
    }

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
