/// A model fitted to one series, ready to forecast and to be stored.
public struct TrainedModel: Sendable, Codable {
    /// The `id` of the series.
    public var seriesID: String
    /// What was asked and what was chosen; fit it again to choose nothing.
    public var recipe: Recipe
    /// The time of the last step of the training data, seconds since 1970 UTC.
    public var end: Int
    /// The distance between steps.
    public var step: TimeStep
    /// How many steps the fit saw.
    public var steps: Int
    /// How many of them were observed.
    public var observations: Int
    /// 0 for a series that was never negative: then neither intervals nor simulated futures are; nil otherwise.
    var lowest: Double?
    var model: FittedModel
    /// What past forecasts missed; nil where the history is too short or calibration was not asked for.
    var calibration: Calibration?
    /// The last values of the history, up to `end`; see `history`.
    var recent: [Float]?

    /// Fits a recipe to a series, choosing what the recipe leaves open.
    ///
    /// - Parameters:
    ///   - series: observations, missing ones as NaN.
    ///   - recipe: pinned or open.
    ///   - horizon: how many steps the intervals are calibrated for; nil takes the step's usual horizon.
    ///   - calibrate: false skips the refits that conformal intervals, paths and maxima come from.
    /// - Throws: an error that names the series or the setting and says what to do.
    public static func fit(
        _ series: TimeSeries,
        recipe: Recipe,
        horizon: Int? = nil,
        calibrate: Bool = true
    ) throws(ForecastError) -> TrainedModel {
        var input = try TrainingInput(series, recipe: recipe)
        input.horizon = max(1, horizon ?? Self.usualHorizon(input.grid.step))
        let (model, heldOut) = try FittedModel.fitHoldingOut(recipe.settings.name, input)
        var pinned = recipe
        pinned.choices = model.algorithm.choices
        return TrainedModel(
            input, recipe: recipe, model, calibrate ? heldOut ?? Calibration(input, recipe: pinned) : nil)
    }

    /// The model that a fit on the input came to; its recipe leaves nothing open.
    init(_ input: TrainingInput, recipe: Recipe, _ model: FittedModel, _ calibration: Calibration?) {
        self.recipe = recipe
        self.recipe.seasonLengths = input.seasonLengths
        self.recipe.choices = model.algorithm.choices
        seriesID = input.series.id
        end = input.grid.end
        step = input.grid.step
        steps = input.grid.count
        observations = input.grid.observed.count { $0 }
        lowest = input.values.contains { $0 < 0 } ? nil : 0
        self.model = model
        self.calibration = calibration
        if let length = calibration?.length,
            let next = try? model.algorithm.predict(input.horizon(after: input.grid.count, count: length))
        {
            self.calibration?.compare(with: next.yhat)
        }
        if let unit = calibration?.unit {
            self.calibration?.highs = PastHighs(
                input.grid, season: input.seasonLengths.first ?? 1, horizon: input.horizon, unit: unit)
        }
    }

    /// A day below daily steps, 30 days, a year of months, else 12 steps.
    public static func usualHorizon(_ step: TimeStep) -> Int {
        switch step {
        case .seconds(let seconds) where seconds < 86_400: max(1, 86_400 / seconds)
        case .seconds(86_400): 30
        default: 12
        }
    }
}

extension TrainingInput {
    /// Validates a series and puts it on its grid.
    init(_ raw: TimeSeries, recipe: Recipe) throws(ForecastError) {
        try recipe.settings.validate()
        let series = try raw.validated()
        let step = recipe.settings.step ?? TimeStep.infer(from: series.times) ?? .seconds(1)
        var grid = try RegularGrid(series, step: step)
        let lengths = recipe.seasonLengths ?? recipe.settings.seasonLengths ?? Seasons.detect(grid)
        let seasons = Set(lengths).filter { $0 <= grid.count / 2 }.sorted()
        grid.fillGaps(season: seasons.first ?? 1)
        self.init(
            series: series,
            grid: grid,
            seasonLengths: seasons,
            settings: recipe.settings,
            choices: recipe.choices
        )
    }
}
