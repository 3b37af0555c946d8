/// What a trainer writes to its termination log, as JSON of at most 4 KiB: how the run ended, for the run's status.
///
/// A courtesy: it is lost with the pod. What a version needs stands in its ``VersionManifest``. Of a run that failed it is
/// all there is, beside the log.
public struct TrainingReport: Codable, Sendable, Hashable {
    /// Whether a version was published.
    public var succeeded: Bool
    /// One word in CamelCase, such as `MissingColumn`.
    public var reason: String
    /// A sentence: what happened, and what to do where it failed.
    public var message: String
    /// The stages that ended.
    public var stages: [VersionManifest.Stage]

    /// Makes a report.
    public init(succeeded: Bool, reason: String, message: String, stages: [VersionManifest.Stage]) {
        self.succeeded = succeeded
        self.reason = reason
        self.message = message
        self.stages = stages
    }
}
