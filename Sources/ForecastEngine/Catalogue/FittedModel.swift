/// A fitted model of any algorithm of the catalogue.
struct FittedModel: Sendable, Codable {
    let name: AlgorithmName
    let algorithm: any ForecastingAlgorithm

    init(name: AlgorithmName, algorithm: any ForecastingAlgorithm) {
        self.name = name
        self.algorithm = algorithm
    }

    /// Fits the named algorithm.
    /// - Throws: `unsupported` where this build does not carry it, `didNotConverge` where the fit is of no use; otherwise what
    ///   the algorithm throws.
    static func fit(_ name: AlgorithmName, _ input: TrainingInput) throws(ForecastError)
        -> FittedModel
    {
        try FittedModel(name: name, algorithm: try type(name).fit(input)).sound(input)
    }

    /// Fits the named algorithm and keeps what it held out by itself.
    static func fitHoldingOut(
        _ name: AlgorithmName, _ input: TrainingInput
    ) throws(ForecastError) -> (model: FittedModel, calibration: Calibration?) {
        let (algorithm, calibration) = try holdOut(type(name), input)
        return (try FittedModel(name: name, algorithm: algorithm).sound(input), calibration)
    }

    /// Itself, if what was fitted could be read back from an artifact.
    private func sound(_ input: TrainingInput) throws(ForecastError) -> FittedModel {
        guard let flaw = algorithm.flaw else { return self }
        throw ForecastError(
            .didNotConverge,
            "\(name.rawValue) could not fit series '\(input.series.id)': \(flaw). Rescale the series and its columns, or take "
                + "another algorithm.")
    }

    private static func holdOut<Model: ForecastingAlgorithm>(
        _ type: Model.Type, _ input: TrainingInput
    ) throws(ForecastError) -> (any ForecastingAlgorithm, Calibration?) {
        let (model, calibration) = try type.fitHoldingOut(input)
        return (model, calibration)
    }

    private static func type(_ name: AlgorithmName) throws(ForecastError)
        -> any ForecastingAlgorithm.Type
    {
        guard let type = name.algorithm else {
            throw ForecastError(
                .unsupported,
                "\(name.rawValue) cannot be fitted to a single series by this build; use one of "
                    + AlgorithmName.available.map(\.rawValue).joined(separator: ", ") + "."
            )
        }
        return type
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case state
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(AlgorithmName.self, forKey: .name)
        guard let type = name.algorithm else {
            throw ForecastError(.unsupported, "This build does not carry \(name.rawValue).")
        }
        algorithm = try Self.decode(type, from: container)
        if let flaw = algorithm.flaw {
            throw ForecastError(
                .corruptArtifact, "The artifact's \(name.rawValue) model is unsound: \(flaw). Train it again.")
        }
    }

    private static func decode<Model: ForecastingAlgorithm>(
        _ type: Model.Type,
        from container: KeyedDecodingContainer<CodingKeys>
    ) throws -> any ForecastingAlgorithm {
        try container.decode(Model.self, forKey: .state)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(algorithm, forKey: .state)
    }
}
