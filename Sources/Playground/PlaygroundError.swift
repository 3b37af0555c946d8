/// Why a playground did not start.
public struct PlaygroundError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable {
        /// The data directory cannot be made.
        case dataDirectory
        /// The address cannot be listened on.
        case listen
    }

    /// The kind of failure.
    public var code: Code
    /// What failed and why.
    public var message: String

    /// An error with a message that a person can act on.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
