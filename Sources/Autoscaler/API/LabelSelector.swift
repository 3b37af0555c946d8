/// Objects by their labels, as Kubernetes' own `LabelSelector`; one that asks for nothing selects everything.
public struct LabelSelector: Sendable, Hashable, Codable {
    /// Labels and their values, all of which must be there.
    public var matchLabels: [String: String]?
    /// Requirements, all of which must hold.
    public var matchExpressions: [LabelRequirement]?

    /// Matches everything.
    public init() {}

    /// Matches objects that have these labels.
    public init(matchLabels: [String: String]) { self.matchLabels = matchLabels }

    /// Whether an object with these labels is selected.
    public func matches(_ labels: [String: String]) -> Bool {
        (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
            && (matchExpressions ?? []).allSatisfy { $0.holds(for: labels) }
    }
}

/// What a label's value must be.
public struct LabelRequirement: Sendable, Hashable, Codable {
    /// The label's key.
    public var key: String
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`; of a node also `Gt` and `Lt`.
    public var `operator`: String
    /// The values that the operator compares with.
    public var values: [String]?

    /// Makes a requirement.
    public init(key: String, operator: String, values: [String]? = nil) {
        self.key = key
        self.operator = `operator`
        self.values = values
    }

    /// Whether labels meet the requirement. As in Kubernetes, `NotIn` holds where the label is not there at all.
    func holds(for labels: [String: String]) -> Bool {
        let value = labels[key]
        return switch `operator` {
        case "In": value.map { (values ?? []).contains($0) } ?? false
        case "NotIn": value.map { !(values ?? []).contains($0) } ?? true
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: false
        }
    }
}

extension LabelSelector {
    /// Checks what an API server checks of the selectors of its own kinds, and not of those of ours.
    func validate(at path: String) -> [SpecError] {
        (matchExpressions ?? []).enumerated().flatMap { $1.validate(at: "\(path).matchExpressions[\($0)]") }
    }
}

extension LabelRequirement {
    func validate(at path: String) -> [SpecError] {
        let isEmpty = values?.isEmpty ?? true
        switch `operator` {
        case "In", "NotIn":
            guard isEmpty else { return [] }
            return [SpecError(.missingField, field: "\(path).values", "\(`operator`) needs at least one value")]
        case "Exists", "DoesNotExist":
            guard !isEmpty else { return [] }
            return [
                SpecError(
                    .conflictingFields, field: "\(path).values",
                    "\(`operator`) looks at no value: remove them, or write In or NotIn")
            ]
        default:
            return [
                SpecError(
                    .invalidValue, field: "\(path).operator",
                    "“\(`operator`)” is unknown: write In, NotIn, Exists or DoesNotExist")
            ]
        }
    }
}
