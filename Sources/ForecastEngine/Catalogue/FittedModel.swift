/// A fitted model of any algorithm of the catalogue.
struct FittedModel: Sendable, Codable {
    let name: AlgorithmName
    let algorithm: any ForecastingAlgorithm

    init(name: AlgorithmName, algorithm: any ForecastingAlgorithm) {
        self.name = name
        self.algorithm = algorithm
    }

    /// Fits the named algorithm.
    /// - Throws: `unsupported` where this build does not carry it; otherwise what the algorithm throws.
    static func fit(_ name: AlgorithmName, _ input: TrainingInput) throws(ForecastError) -> FittedModel {
        guard let type = name.algorithm else {
            throw ForecastError(
                .unsupported,
                "\(name.rawValue) cannot be fitted to a single series by this build; use one of "
                    + AlgorithmName.available.map(\.rawValue).joined(separator: ", ") + "."
            )
        }
        return FittedModel(name: name, algorithm: try type.fit(input))
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
