/// Which models a template has made, and for which workloads it has not.
public struct TemplateStatus: Sendable, Hashable, Codable {
    /// How many Deployments the selector matches.
    public var matched: Int
    /// How many models the template has.
    public var models: Int
    /// How many of them are `Ready`.
    public var ready: Int
    /// The matched Deployments that others look after, at most ``skippedLength``.
    public var skipped: [SkippedTarget]?

    /// How many Deployments `skipped` names; `matched` counts all.
    public static let skippedLength = 20

    /// Makes a status.
    public init(matched: Int, models: Int, ready: Int, skipped: [SkippedTarget]? = nil) {
        self.matched = matched
        self.models = models
        self.ready = ready
        self.skipped = skipped
    }
}

/// A workload that a template matches and makes no model for.
public struct SkippedTarget: Sendable, Hashable, Codable {
    /// Why a template leaves a workload out.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// A model that was not made from a template names it.
        case hasOwnModel = "HasOwnModel"
        /// An older template matches it too.
        case otherTemplate = "OtherTemplate"
        /// Something else is called as the model would be.
        case nameTaken = "NameTaken"
    }

    /// The Deployment.
    public var name: String
    /// Why it is left out.
    public var reason: Reason
    /// The model or template that stands in the way.
    public var model: String

    /// Makes an entry.
    public init(name: String, reason: Reason, model: String) {
        self.name = name
        self.reason = reason
        self.model = model
    }
}
