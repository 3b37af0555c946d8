public import Foundation

/// One observation of an object's state, as `metav1.Condition` has it.
public struct Condition: Sendable, Hashable, Codable {
    /// Whether a condition holds.
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// It holds.
        case `true` = "True"
        /// It does not hold.
        case `false` = "False"
        /// It is not known.
        case unknown = "Unknown"
    }

    /// What is observed, in CamelCase; see ``ConditionType`` for those Presage sets.
    public var type: String
    /// Whether it holds.
    public var status: Status
    /// The `metadata.generation` this was observed for.
    public var observedGeneration: Int?
    /// When `status` last changed.
    public var lastTransitionTime: Date
    /// Why, as one CamelCase word for programs.
    public var reason: String
    /// Why, as a sentence for people; ``Swift/Array/set(_:)`` puts the reason in place of an empty one.
    public var message: String

    /// Makes a condition; ``Swift/Array/set(_:)`` keeps the transition time of one that only changed its words.
    public init(
        type: String, status: Status, reason: String, message: String = "", observedGeneration: Int? = nil,
        lastTransitionTime: Date
    ) {
        self.type = type
        self.status = status
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
        self.reason = reason
        self.message = message
    }

    /// The longest message the API takes, in Unicode scalars.
    static let longestMessage = 32_768
}

extension [Condition] {
    /// The condition of that type, if it was observed.
    public subscript(type: String) -> Condition? {
        first { $0.type == type }
    }

    /// Whether the condition of that type is `True`.
    public func isTrue(_ type: String) -> Bool {
        self[type]?.status == .true
    }

    /// Adds the condition or replaces the one of its type.
    ///
    /// The transition time of the old one is kept when the status is the same, so setting what already holds changes
    /// nothing and a reconciler can call this every time. Overlong messages are cut to what the API takes, and an empty one,
    /// such as that of a trainer who has nothing to say, becomes the reason: API servers of 1.20 and before that were built
    /// with Go 1.16 or later take an empty text for null and refuse the whole status (kubernetes/kubernetes#99804).
    public mutating func set(_ condition: Condition) {
        var condition = condition
        if condition.message.isEmpty { condition.message = condition.reason }
        if condition.message.unicodeScalars.count > Condition.longestMessage {
            let kept = condition.message.unicodeScalars.prefix(Condition.longestMessage - 1)
            condition.message = String(String.UnicodeScalarView(kept)) + "…"
        }
        guard let index = firstIndex(where: { $0.type == condition.type }) else {
            append(condition)
            return
        }
        if self[index].status == condition.status {
            condition.lastTransitionTime = self[index].lastTransitionTime
        }
        self[index] = condition
    }

    /// Removes the condition of that type.
    public mutating func remove(_ type: String) {
        removeAll { $0.type == type }
    }
}
