public import ForecastEngine

/// How series are prepared before they are fitted; see ``ForecastEngine/Preparation``.
///
/// Scaling is not among the fields: every algorithm scales each series by itself (Prophet by `algorithm.scaling`).
public struct PreparationSpec: Sendable, Hashable, Codable {
    /// The step to resample to, such as `1h`; left out, times stay as they are.
    public var resample: TimeSpan?
    /// What a step is of several rows; left out, the mean, and the maximum for a workload's memory.
    public var aggregation: Preparation.Aggregation?
    /// What becomes of steps without an observation.
    public var gaps = Preparation.Gaps.keep
    /// What becomes of values far outside the rest of their series.
    public var outliers = Preparation.Outliers.keep
    /// From how many robust standard deviations a value is an outlier.
    public var outlierDeviations = 8.0

    /// Makes a policy that changes nothing.
    public init() {}

    /// Reads a policy over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        resample = try container.decodeIfPresent(TimeSpan.self, forKey: .resample)
        aggregation = try container.decodeIfPresent(Preparation.Aggregation.self, forKey: .aggregation)
        try container.read(.gaps, into: &gaps)
        try container.read(.outliers, into: &outliers)
        try container.read(.outlierDeviations, into: &outlierDeviations)
    }

    /// The policy as the engine takes it.
    public var preparation: Preparation {
        Preparation(
            resampleSeconds: resample?.seconds, aggregation: aggregation, gaps: gaps, outliers: outliers,
            outlierDeviations: outlierDeviations)
    }

    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if let resample, resample.seconds < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).resample", "must be at least 1s"))
        }
        if aggregation != nil, resample == nil {
            errors.append(
                SpecError(
                    .missingField, field: "\(path).resample",
                    "aggregation says what a step is of several rows, but there is no step: give one such as 1h"))
        }
        if !(3...1000).contains(outlierDeviations) {
            errors.append(SpecError(.invalidValue, field: "\(path).outlierDeviations", "must be from 3 to 1000"))
        }
        return errors
    }
}
