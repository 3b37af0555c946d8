/// What a person asks of an algorithm, before anything is fitted.
public struct AlgorithmSettings: Hashable, Sendable, Codable {
    /// Which algorithm.
    public var name: AlgorithmName
    /// Prophet's parameters; used by Prophet, alone or inside `Auto`.
    public var prophet: ProphetSettings
    /// Season lengths in steps; nil detects them from the step and the data, empty means none.
    public var seasonLengths: [Int]?
    /// The distance between observations; nil infers it from the times.
    public var step: TimeStep?
    /// The share of outcomes that intervals are to contain, above 0 and below 1.
    public var intervalWidth: Double
    /// The seed of everything that is drawn.
    public var seed: UInt64

    /// Creates settings.
    public init(
        name: AlgorithmName,
        prophet: ProphetSettings = ProphetSettings(),
        seasonLengths: [Int]? = nil,
        step: TimeStep? = nil,
        intervalWidth: Double = 0.8,
        seed: UInt64 = 0
    ) {
        self.name = name
        self.prophet = prophet
        self.seasonLengths = seasonLengths
        self.step = step
        self.intervalWidth = intervalWidth
        self.seed = seed
    }

    /// Checks the ranges that do not depend on a series.
    /// - Throws: `invalidSetting`, naming the field.
    public func validate() throws(ForecastError) {
        guard intervalWidth > 0, intervalWidth < 1 else {
            throw ForecastError(
                .invalidSetting,
                "intervalWidth is \(intervalWidth); give a share above 0 and below 1, such as 0.8."
            )
        }
        if let wrong = seasonLengths?.first(where: { $0 < 2 }) {
            throw ForecastError(
                .invalidSetting, "seasonLengths contains \(wrong); a season is at least 2 steps long.")
        }
        switch step {
        case .seconds(let n) where n < 1, .months(let n) where n < 1:
            throw ForecastError(.invalidSetting, "step is \(n); it has to be at least 1.")
        default: break
        }
    }
}
