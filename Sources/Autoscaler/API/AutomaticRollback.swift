/// When a version is taken back because its forecasts turned out worse than the version's before it.
public struct AutomaticRollback: Sendable, Hashable, Codable {
    /// Whether it is done at all.
    public var enabled = true
    /// After how many training runs in a row with a worse live error.
    public var afterRuns = 3
    /// By how many percent the live SMAPE must be above the previous version's for a run to count.
    public var marginPercent = 10.0

    /// The defaults.
    public init() {}

    /// Reads settings over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.read(.enabled, into: &enabled)
        try container.read(.afterRuns, into: &afterRuns)
        try container.read(.marginPercent, into: &marginPercent)
    }
}
