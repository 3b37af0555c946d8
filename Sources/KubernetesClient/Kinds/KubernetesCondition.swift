/// A condition in an object's status.
public struct KubernetesCondition: Sendable, Hashable, Codable {
    /// What it is about, such as `Ready`.
    public var type: String
    /// `True`, `False` or `Unknown`.
    public var status: String
    /// The generation that the condition speaks of.
    public var observedGeneration: Int64?
    /// When the status last changed.
    public var lastTransitionTime: Timestamp?
    /// A word for programs.
    public var reason: String?
    /// A text for people.
    public var message: String?
}

extension BuiltInResource {
    /// The conditions of the object's status; what cannot be read is left out.
    public var conditions: [KubernetesCondition] {
        (self["status", "conditions"]?.arrayValue ?? []).compactMap { try? $0.decode(KubernetesCondition.self) }
    }

    /// The condition of a type.
    public func condition(_ type: String) -> KubernetesCondition? { conditions.first { $0.type == type } }
}
