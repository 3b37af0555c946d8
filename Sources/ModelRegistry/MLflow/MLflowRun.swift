public import Foundation

/// A training as MLflow's tracker shows it.
public struct MLflowRun: Sendable, Hashable {
    /// How a run ended, by MLflow's names.
    public enum Status: String, Sendable, Hashable {
        /// Its description is not complete yet.
        case running = "RUNNING"
        /// It made a version.
        case finished = "FINISHED"
        /// It made none.
        case failed = "FAILED"
    }

    /// What people see in lists.
    public var name: String
    /// How it ended.
    public var status: Status
    /// When it began.
    public var start: Date
    /// When it ended.
    public var end: Date
    /// What was set, as text.
    public var parameters: [String: String]
    /// What came out.
    public var metrics: [String: Double]
    /// What it is found by, and what else is to be known.
    public var tags: [String: String]

    /// Makes a description.
    public init(
        name: String, status: Status, start: Date, end: Date, parameters: [String: String] = [:],
        metrics: [String: Double] = [:], tags: [String: String] = [:]
    ) {
        self.name = name
        self.status = status
        self.start = start
        self.end = end
        self.parameters = parameters
        self.metrics = metrics
        self.tags = tags
    }

    /// A run that the server has.
    public struct Stored: Sendable, Hashable {
        /// The server's name of it.
        public let id: String
        /// Where its files lie.
        public let artifactURI: String
        /// Whether its description is complete: the status is written last.
        public let isComplete: Bool
        /// Whether people deleted it.
        public let isDeleted: Bool
        /// Its tags.
        public let tags: [String: String]
    }
}
