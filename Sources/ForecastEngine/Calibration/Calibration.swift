import Foundation

/// What the same recipe missed on data that was held out from it.
///
/// The recipe, its choices pinned, is fitted again at several cuts inside the training data, and each fit
/// forecasts the steps after its cut. The errors that it makes there are what intervals and paths come from.
struct Calibration: Sendable, Hashable, Codable {
    /// Held-out errors (actual − forecast), one path a cut, oldest first, one value a lead; NaN where nothing
    /// was observed.
    var errors: [[Float]]
    /// What was forecast there, in the same shape.
    var forecasts: [[Float]]
    /// What 1 in `errors` and `forecasts` stands for, in the units of the series: floats neither overflow nor vanish.
    var unit: Double
    /// How many steps lie between two cuts.
    var stride: Int
    /// After how many steps come places whose errors are of one size, such as the days of the week in a window of a month;
    /// nil where windows are no longer than that, where there are too many places or cuts are missing, and in artifacts from
    /// before there was a season.
    var season: Int?
    /// How much the errors of each cut count, from 0 to 1, beside how recent they are: more where the level that was forecast is
    /// near the one that is forecast now (`Calibration+Levels.swift`); nil where that is not known, and in artifacts from
    /// before it was.
    var likeness: [Float]?
    /// How many times as large the errors of each cut would be on the level that is forecast now; nil where that is not
    /// known, and in artifacts from before it was, whose bounds stay as they were.
    var sizes: [Float]?
    /// How high the blocks of the history went, in `unit`s; nil where that is not known, and in artifacts from before it was.
    var highs: PastHighs?

    /// How many leads each path has.
    var length: Int { errors[0].count }

    /// How many past horizons that do not overlap were held out.
    var origins: Int { ((errors.count - 1) * stride) / max(1, length) + 1 }

    static let mostOrigins = 10

    /// Gathers held-out forecasts; nil when nothing was observed there, or where they are beyond what can be stored.
    ///
    /// - Parameter season: the series' shortest; only windows that are longer tell its places from leads.
    init?(plan: OriginPlan, forecasts: [Double], actual: [Double], season: Int? = nil) {
        guard actual.contains(where: { !$0.isNaN }) else { return nil }
        let rows = plan.cuts.indices.map { ($0 * plan.length)..<(($0 + 1) * plan.length) }
        let largest = zip(actual, forecasts).reduce(0) { max($0, $1.0.isNaN ? 0 : abs($1.0), abs($1.1)) }
        let unit = largest > 0 ? largest : 1
        errors = rows.map { row in row.map { Float((actual[$0] - forecasts[$0]) / unit) } }
        self.forecasts = rows.map { row in row.map { Float(forecasts[$0] / unit) } }
        self.unit = unit
        stride = plan.stride
        self.season = season.flatMap { $0 > 1 && $0 <= Self.mostPlaces && $0 < plan.length ? $0 : nil }
        // A trend on values near the largest allowed ones may leave them: errors of that size are no intervals, and an
        // artifact with them could not be read back.
        guard flaw == nil else { return nil }
    }

    /// Refits the recipe at rolling cuts; nil when the history is too short or a refit fails.
    init?(_ input: TrainingInput, recipe: Recipe) {
        let grid = input.grid
        var plan = OriginPlan(
            count: grid.count, horizon: input.horizon, season: input.seasonLengths.first ?? 1,
            most: Self.mostOrigins
        )
        var forecasts: [Double] = []
        var actual: [Double] = []
        var cuts: [Int] = []
        for cut in plan.cuts {
            var part = input.prefix(cut)
            part.choices = recipe.choices
            guard let fitted = try? FittedModel.fit(recipe.settings.name, part),
                let yhat = try? fitted.algorithm.predict(input.horizon(after: cut, count: plan.length))
                    .yhat,
                yhat.allSatisfy(\.isFinite)
            else { continue }
            cuts.append(cut)
            forecasts += yhat
            actual += (cut..<(cut + plan.length)).map { grid.observed[$0] ? grid.values[$0] : .nan }
        }
        guard !cuts.isEmpty else { return nil }
        let isWhole = cuts.count == plan.cuts.count
        plan.cuts = cuts
        self.init(plan: plan, forecasts: forecasts, actual: actual, season: isWhole ? input.seasonLengths.first : nil)
    }

    /// Bounds around a point forecast, so that the share `width` of held-out errors lies between them.
    func interval(around yhat: [Double], leads: [Int], width: Double) -> (
        lower: [Double], upper: [Double]
    ) {
        let errors = ComparableErrors(self, width: width)
        var quantiles: [Int: (lower: Double, upper: Double)] = [:]
        var lower: [Double] = []
        var upper: [Double] = []
        for (value, lead) in zip(yhat, leads) {
            let bounds = quantiles[lead] ?? errors.bounds(lead: lead)
            quantiles[lead] = bounds
            lower.append(value + bounds.lower)
            upper.append(value + bounds.upper)
        }
        return (lower, upper)
    }

    /// How much the errors of a cut count.
    func weight(row: Int) -> Double { pow(0.5, Double(errors.count - 1 - row) / Self.halfLife) }

    /// After how many cuts an error counts half.
    static let halfLife = 10.0
}
