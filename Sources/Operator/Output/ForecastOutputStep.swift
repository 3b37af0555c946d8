import Foundation

/// What to do next about writing the forecasts of what is in production, decided from the objects alone.
enum ForecastOutputStep: Hashable, Sendable {
    /// They are written.
    case done
    /// Make the Job of this attempt.
    case start(attempt: Int)
    /// The Job is at work.
    case wait(job: String)
    /// The Job is complete: note it on the version.
    case note(job: String)
    /// The Job has failed; the next one is due then.
    case retry(at: Date, attempt: Int, job: String, reason: String, message: String)

    /// A Job that was made for this.
    struct Attempt: Hashable, Sendable {
        enum State: Hashable, Sendable {
            case active
            case complete
            case failed(reason: String, message: String, at: Date)
        }

        let job: String
        let number: Int
        let state: State
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - key: what is to be written: a version, a decision and a place.
    ///   - written: the key that was written last, as the version's manifest has it.
    ///   - attempts: the Jobs of this key.
    static func next(key: String, written: String?, attempts: [Attempt], now: Date) -> ForecastOutputStep {
        if written == key { return .done }
        // An earlier attempt that succeeded after all counts too.
        if let complete = attempts.first(where: { $0.state == .complete }) { return .note(job: complete.job) }
        guard let newest = attempts.max(by: { $0.number < $1.number }) else { return .start(attempt: 1) }
        guard case .failed(let reason, let message, let time) = newest.state else { return .wait(job: newest.job) }
        let due = time.addingTimeInterval(TrainingNeed.retryDelay(afterFailures: newest.number))
        if due <= now { return .start(attempt: newest.number + 1) }
        return .retry(at: due, attempt: newest.number, job: newest.job, reason: reason, message: message)
    }
}
