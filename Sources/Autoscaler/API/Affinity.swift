/// Which nodes and which neighbours a training pod seeks or avoids, as `core/v1` has it.
public struct Affinity: Sendable, Hashable, Codable {
    /// Nodes by their labels.
    public var nodeAffinity: NodeAffinity?
    /// Pods to be near.
    public var podAffinity: PodAffinity?
    /// Pods to be away from.
    public var podAntiAffinity: PodAffinity?

    /// Asks for nothing.
    public init() {}
}

/// Nodes that a pod must or would rather run on.
public struct NodeAffinity: Sendable, Hashable, Codable {
    /// Terms of which a node must match one.
    public var requiredDuringSchedulingIgnoredDuringExecution: NodeSelector?
    /// Terms that count for a node that matches.
    public var preferredDuringSchedulingIgnoredDuringExecution: [PreferredSchedulingTerm]?

    /// Asks for nothing.
    public init() {}
}

/// Terms of which a node must match one.
public struct NodeSelector: Sendable, Hashable, Codable {
    /// The terms.
    public var nodeSelectorTerms: [NodeSelectorTerm]

    /// Asks for a node that matches one of `terms`.
    public init(nodeSelectorTerms terms: [NodeSelectorTerm]) { nodeSelectorTerms = terms }
}

/// What a node must match, all of it.
public struct NodeSelectorTerm: Sendable, Hashable, Codable {
    /// On its labels.
    public var matchExpressions: [LabelRequirement]?
    /// On its fields, such as `metadata.name`.
    public var matchFields: [LabelRequirement]?

    /// Matches nothing.
    public init() {}
}

/// A term with a weight.
public struct PreferredSchedulingTerm: Sendable, Hashable, Codable {
    /// From 1 to 100.
    public var weight: Int
    /// What the node should match.
    public var preference: NodeSelectorTerm

    /// Makes a term.
    public init(weight: Int, preference: NodeSelectorTerm) {
        self.weight = weight
        self.preference = preference
    }
}

/// Pods that a pod must or would rather be near to, or away from.
public struct PodAffinity: Sendable, Hashable, Codable {
    /// Terms that must hold.
    public var requiredDuringSchedulingIgnoredDuringExecution: [PodAffinityTerm]?
    /// Terms that count where they hold.
    public var preferredDuringSchedulingIgnoredDuringExecution: [WeightedPodAffinityTerm]?

    /// Asks for nothing.
    public init() {}
}

/// Which pods, and how near.
public struct PodAffinityTerm: Sendable, Hashable, Codable {
    /// The pods, by their labels.
    public var labelSelector: LabelSelector?
    /// The namespaces that the pods are in; the model's own where left out.
    public var namespaces: [String]?
    /// The node label whose equal values mean near, such as `kubernetes.io/hostname`.
    public var topologyKey: String

    /// Makes a term.
    public init(topologyKey: String) { self.topologyKey = topologyKey }
}

/// A term with a weight.
public struct WeightedPodAffinityTerm: Sendable, Hashable, Codable {
    /// From 1 to 100.
    public var weight: Int
    /// Which pods, and how near.
    public var podAffinityTerm: PodAffinityTerm

    /// Makes a term.
    public init(weight: Int, podAffinityTerm: PodAffinityTerm) {
        self.weight = weight
        self.podAffinityTerm = podAffinityTerm
    }
}
