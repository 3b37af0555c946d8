/// When a newly trained version takes over.
public struct PromotionSpec: Sendable, Hashable, Codable {
    /// Who decides.
    public enum Approval: String, Sendable, Hashable, Codable, CaseIterable {
        /// The version with the lower SMAPE takes over by itself.
        case automatic = "Automatic"
        /// A better version is kept as a candidate until `approvedVersion` names it; the first serves by itself.
        case manual = "Manual"
    }

    /// Whether a version has to beat a simple forecast before the model scales by itself.
    public enum Baseline: String, Sendable, Hashable, Codable, CaseIterable {
        /// It must be no worse than a seasonal naive forecast on the holdout.
        case seasonalNaive = "SeasonalNaive"
        /// Nothing is compared.
        case none = "None"
    }

    /// By how many percent of the champion's SMAPE the challenger's must be lower.
    public var minimumImprovement = 0.0
    /// Who decides.
    public var approval = Approval.automatic
    /// The version to serve whatever is trained: a roll back.
    public var pinnedVersion: Int?
    /// The candidate that a person has approved. It is promoted once; the number may stay here.
    public var approvedVersion: Int?
    /// The candidate that a person has turned down: it and those before it are promoted no more.
    public var rejectedVersion: Int?
    /// When a version is taken back because its forecasts turned out worse than the version's before it.
    public var automaticRollback = AutomaticRollback()
    /// Whether a version has to beat a simple forecast before the model scales by itself.
    public var baseline = Baseline.seasonalNaive

    /// Makes a policy with the defaults.
    public init() {}

    /// Reads a policy over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pinnedVersion = try container.decodeIfPresent(Int.self, forKey: .pinnedVersion)
        approvedVersion = try container.decodeIfPresent(Int.self, forKey: .approvedVersion)
        rejectedVersion = try container.decodeIfPresent(Int.self, forKey: .rejectedVersion)
        try container.read(.automaticRollback, into: &automaticRollback)
        try container.read(.minimumImprovement, into: &minimumImprovement)
        try container.read(.approval, into: &approval)
        try container.read(.baseline, into: &baseline)
    }
}
