/// What the operator itself can find wrong; errors of the API server are `KubernetesError`.
public struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of error.
    public enum Code: String, Sendable, Hashable {
        /// A ConfigMap that is labelled as a manifest holds none.
        case invalidManifest
        /// An artifact is missing a part, or its digest is not the manifest's.
        case invalidArtifact
        /// An object that a run needs exists already and is not the run's.
        case nameTaken
        /// A command-line option or an environment variable is wrong.
        case invalidConfiguration
        /// This process has led, and another may lead by now.
        case leadershipLost
    }

    /// The kind of error.
    public let code: Code
    /// A sentence that a person can act on.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
