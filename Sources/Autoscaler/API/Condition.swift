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

    /// A text as the one word that the API takes for a reason: `no data` becomes `NoData`.
    ///
    /// Reasons and stages may come from somebody else's trainer, and a status with one word that the API refuses is refused
    /// as a whole.
    public static func reason(from text: String) -> String {
        if text.utf8.count <= 1024, text.wholeMatch(of: /[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?/) != nil { return text }
        return word(text, longest: 1024)
    }

    /// The same for a type, which holds letters and digits alone.
    static func type(from text: String) -> String {
        if text.utf8.count <= 316, text.wholeMatch(of: /[A-Z][A-Za-z0-9]*/) != nil { return text }
        return word(text, longest: 316)
    }

    private static func word(_ text: String, longest: Int) -> String {
        let words = text.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined().drop { !$0.isLetter }
        return joined.isEmpty ? "Unnamed" : joined.prefix(1).uppercased() + joined.dropFirst().prefix(longest - 1)
    }
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
    /// nothing and a reconciler can call this every time. A reason or type that is no word is made one. Overlong messages are
    /// cut to what the API takes, and an empty one, such as that of a trainer who has nothing to say, becomes the reason: API
    /// servers of 1.20 and before that were built with Go 1.16 or later take an empty text for null and refuse the whole status
    /// (kubernetes/kubernetes#99804).
    public mutating func set(_ condition: Condition) {
        var condition = condition
        condition.type = Condition.type(from: condition.type)
        condition.reason = Condition.reason(from: condition.reason)
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
