/// The catalogue of algorithms, by the names that a `ForecastModel` uses.
public enum AlgorithmName: String, Hashable, Sendable, Codable, CaseIterable {
    case auto = "Auto"
    case prophet = "Prophet"
    case naive = "Naive"
    case seasonalNaive = "SeasonalNaive"
    case ets = "ETS"
    case theta = "Theta"
    case autoARIMA = "AutoARIMA"
    case mstl = "MSTL"
    case lstm = "LSTM"
    case profile = "Profile"
    case nearestNeighbors = "NearestNeighbors"

    /// The algorithm, or nil where this build does not carry it.
    ///
    /// An algorithm is a type in its own folder and a line here.
    var algorithm: (any ForecastingAlgorithm.Type)? {
        switch self {
        case .naive: NaiveModel.self
        case .seasonalNaive: SeasonalNaiveModel.self
        case .profile: ProfileModel.self
        case .nearestNeighbors: NeighborsModel.self
        case .auto: AutoModel.self
        case .ets: ETSForecaster.self
        case .theta: ThetaForecaster.self
        case .prophet: ProphetModel.self
        case .mstl: MSTLForecaster.self
        case .autoARIMA: ARIMAForecaster.self
        case .lstm: LSTMForecaster.self
        }
    }

    /// The algorithms that this build carries.
    public static var available: [AlgorithmName] { allCases.filter { $0.algorithm != nil } }

    /// The name without regard to case, as a person types it on a command line.
    public init?(parsing text: String) {
        guard let name = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() })
        else {
            return nil
        }
        self = name
    }
}
