import Threading

/// The side of the task that reads the answer.
extension Transfer {
    /// The next bytes of the body; nil at its end.
    func nextChunk() async throws -> [UInt8]? {
        let (chunk, resumes) = try await withTaskCancellationHandler {
            try await wait(for: takeChunk)
        } onCancel: {
            cancel()
        }
        if resumes { loop.post(.resumeReceiving(self)) }
        return chunk
    }

    /// Waits until `take` finds what it looks for.
    func wait<Value>(for take: (inout State) -> Result<Value, any Error>?) async throws -> Value {
        while true {
            var found: Result<Value, any Error>?
            await withCheckedContinuation { continuation in
                found = state.withLock { state in
                    let found = take(&state)
                    if found == nil { state.reader = continuation }
                    return found
                }
                if found != nil { continuation.resume() }
            }
            if let found { return try found.get() }
        }
    }

    func takeHead(_ state: inout State) -> Result<Head, any Error>? {
        if state.cancelled, state.outcome == nil { return .failure(CancellationError()) }
        if let head = state.head { return .success(head) }
        switch state.outcome {
        case nil: return nil
        case .failure(let error)?: return .failure(error)
        // An answer without a blank line after its head is no HTTP.
        case .success?:
            return .failure(
                HTTPTransportError(code: .protocolViolation, message: "\(host): the answer has no head"))
        }
    }

    /// What has come, nil at the end, and whether the transfer was paused for it.
    private func takeChunk(_ state: inout State) -> Result<(chunk: [UInt8]?, resumes: Bool), any Error>? {
        if state.cancelled, state.outcome == nil { return .failure(CancellationError()) }
        if !state.buffer.isEmpty {
            defer {
                state.buffer = []
                state.receivingPaused = false
            }
            return .success((state.buffer, state.receivingPaused))
        }
        switch state.outcome {
        case nil: return nil
        case .success?: return .success((nil, false))
        case .failure(let error)?: return .failure(error)
        }
    }
}
