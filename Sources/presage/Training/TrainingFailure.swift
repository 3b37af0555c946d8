import ModelRegistry

/// Why a training ended without a version.
struct TrainingFailure: Error, Sendable, CustomStringConvertible {
    /// What the process exits with, so that whoever restarts pods can tell what a retry may cure.
    enum ExitStatus: Int32, Sendable {
        /// The run document or the command line is wrong: a retry changes nothing.
        case usage = 64
        /// The history cannot be trained on: a retry changes nothing until the history does.
        case data = 65
        /// The source or the registry could not be reached: worth another try.
        case unavailable = 69
        /// Fits or files failed in a way that should not happen.
        case software = 70
    }

    /// The stage that failed; nil before the first.
    var stage: TrainingStage?
    /// One word in CamelCase.
    var reason: String
    /// A sentence: what is wrong, where, and what to do.
    var message: String
    /// What the process exits with.
    var exitStatus: ExitStatus

    init(_ reason: String, _ message: String, stage: TrainingStage? = nil, exitStatus: ExitStatus = .data) {
        self.stage = stage
        self.reason = reason
        self.message = message
        self.exitStatus = exitStatus
    }

    var description: String { message }
}

/// The stages of a training, in order.
enum TrainingStage: String, Sendable, CaseIterable {
    case validated = "Validated"
    case prepared = "Prepared"
    case trained = "Trained"
    case evaluated = "Evaluated"
}
