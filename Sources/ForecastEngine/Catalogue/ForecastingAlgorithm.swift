/// A fitted model of one series, and how to fit it.
///
/// The stored properties are what an artifact keeps, so they hold no history that forecasting does not need.
/// Adding an algorithm takes a type like this in its own folder and a line in `AlgorithmName.algorithm`.
protocol ForecastingAlgorithm: Sendable, Codable {
    /// Fits the series, choosing what `input.choices` leaves open.
    static func fit(_ input: TrainingInput) throws(ForecastError) -> Self

    /// Fits the series, and says what the same recipe missed on data held out from it where the fit tried that anyway.
    static func fitHoldingOut(
        _ input: TrainingInput
    ) throws(ForecastError) -> (model: Self, calibration: Calibration?)

    /// What the fit chose; given back in `TrainingInput.choices` it leaves nothing open.
    var choices: Choices { get }

    /// The standard deviation of the one-step errors inside the training data, in the series' units.
    var residualDeviation: Double { get }

    /// What is wrong with a model that was read from an artifact; nil if `predict` can be called.
    var flaw: String? { get }

    /// Forecasts each row of the horizon, in its order.
    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast

    /// The columns that `predict` needs.
    var futureColumns: [FutureColumn] { get }

    /// What the forecast is made of; empty where it cannot be taken apart.
    func curves(_ rows: ComponentRows) throws(ForecastError) -> [ComponentCurve]
}

extension ForecastingAlgorithm {
    var futureColumns: [FutureColumn] { [] }

    func curves(_ rows: ComponentRows) throws(ForecastError) -> [ComponentCurve] { [] }

    static func fitHoldingOut(
        _ input: TrainingInput
    ) throws(ForecastError) -> (model: Self, calibration: Calibration?) {
        (try fit(input), nil)
    }
}

/// What an algorithm is fitted on.
struct TrainingInput: Sendable {
    /// The rows as they were observed, in the order of time; for algorithms that need no grid.
    var series: TimeSeries
    /// The series on its regular grid.
    var grid: RegularGrid
    /// Season lengths in steps, ascending, each at least 2 and at most half of the grid; may be empty.
    var seasonLengths: [Int]
    /// What was asked for.
    var settings: AlgorithmSettings
    /// What is pinned; nil when the algorithm is to choose.
    var choices: Choices?
    /// How many steps will be forecast, for algorithms whose choice depends on it.
    var horizon: Int = 1

    /// The grid's values: one a step, gaps filled, all finite, at least one.
    var values: [Double] { grid.values }
}

/// The rows to forecast, as an algorithm sees them.
struct Horizon: Sendable {
    /// Seconds since 1970 UTC, one a row.
    var times: [Int]
    /// How many steps after the end of the training grid each row lies; 1 is the next step.
    var leads: [Int]
    /// Known columns, one value a row.
    var columns: [String: [Double]]
    /// The share of outcomes that the native interval is to contain.
    var intervalWidth: Double
    /// For whatever the algorithm draws.
    var seed: UInt64
    /// Whether anybody will look at the native interval; where not, an algorithm may leave it out.
    var wantsInterval = true

    /// The largest lead.
    var steps: Int { leads.max() ?? 0 }

    /// A path over leads 1, 2, … read at the rows' leads.
    func rows<Value>(of path: [Value]) -> [Value] { leads.map { path[$0 - 1] } }
}

/// What an algorithm says by itself, one value a row of the horizon.
struct NativeForecast: Sendable {
    var yhat: [Double]
    /// The algorithm's own interval by its own theory, where it has one.
    var interval: (lower: [Double], upper: [Double])?
}
