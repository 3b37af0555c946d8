import HTTPTransport

/// Why an MLflow server could not be written to or read.
public struct MLflowError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A setting cannot be used.
        case invalidConfiguration
        /// Nothing answers, or not in time.
        case unreachable
        /// The server wants other credentials.
        case unauthorized
        /// There is no such experiment, run, model, version or alias.
        case notFound
        /// It is there already.
        case alreadyExists
        /// The server refuses what was sent.
        case rejected
        /// The server failed; trying again may help.
        case serverFailed
        /// The answer is not what MLflow's REST API promises.
        case unexpectedAnswer
    }

    /// The kind of failure.
    public let code: Code
    /// What happened and what to do; never a secret.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension MLflowError {
    /// The server could not be asked.
    init(_ error: HTTPTransportError, endpoint: String) {
        self.init(.unreachable, "MLflow cannot be reached at \(endpoint): \(error.message)")
    }
}
