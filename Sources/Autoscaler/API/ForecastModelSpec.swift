public import ForecastEngine

/// What a person asks of a model: whose history it learns, how, and what becomes of the forecast.
///
/// Whatever is left out takes its default while it is read, from the initial values of the properties here and in the
/// nested types, so that `presage plan` (which has no API server) and the operator agree. A property is optional only
/// where nothing, or something that depends on other fields, is the default.
public struct ForecastModelSpec: Sendable, Hashable, Codable {
    /// What becomes of trained versions when the model is deleted.
    public enum DeletionPolicy: String, Sendable, Hashable, Codable, CaseIterable {
        /// They go with it.
        case delete = "Delete"
        /// They stay, and a model of the same name takes them over.
        case retain = "Retain"
    }

    /// The workload to scale; left out, the model is a general forecaster and nothing is scaled.
    public var targetRef: TargetReference?
    /// In place of `targetRef`: the workloads that each get a model of their own, made from this spec.
    public var targetSelector: LabelSelector?
    /// Where the history comes from.
    public var source: SourceSpec
    /// Which algorithm learns it.
    public var algorithm = AlgorithmSpec()
    /// How far the model looks ahead.
    public var horizon = Horizon.day
    /// When and how it is trained.
    public var training = TrainingSpec()
    /// When a newly trained version takes over.
    public var promotion = PromotionSpec()
    /// What becomes of the prediction.
    public var scaling = ScalingSpec()
    /// Where forecasts are written; nowhere where left out.
    public var output: ForecastOutput?
    /// Where trained versions are kept; in ConfigMaps where left out.
    public var registry: RegistrySpec?
    /// What becomes of trained versions when the model is deleted.
    public var deletionPolicy = DeletionPolicy.delete

    /// Makes a model with the defaults.
    public init(source: SourceSpec) { self.source = source }

    /// Reads a model over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        targetRef = try container.decodeIfPresent(TargetReference.self, forKey: .targetRef)
        targetSelector = try container.decodeIfPresent(LabelSelector.self, forKey: .targetSelector)
        output = try container.decodeIfPresent(ForecastOutput.self, forKey: .output)
        registry = try container.decodeIfPresent(RegistrySpec.self, forKey: .registry)
        source = try container.decode(SourceSpec.self, forKey: .source)
        try container.read(.algorithm, into: &algorithm)
        try container.read(.horizon, into: &horizon)
        try container.read(.training, into: &training)
        try container.read(.promotion, into: &promotion)
        try container.read(.scaling, into: &scaling)
        try container.read(.deletionPolicy, into: &deletionPolicy)
    }

    /// The algorithm: as named, else `Auto` for a workload and `Prophet` for other series.
    public var algorithmName: AlgorithmName {
        algorithm.name ?? (targetRef == nil && !isTemplate ? .prophet : .auto)
    }
}
