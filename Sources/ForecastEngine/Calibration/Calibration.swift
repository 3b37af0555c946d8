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
    /// near the one that is forecast now (`Calibration+Likeness.swift`); nil where that is not known, and in artifacts from
    /// before it was.
    var likeness: [Float]?

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
        let scales = placeScales()
        let sorted = sortedErrors(scales)
        let views = views()
        var quantiles: [Int: (Double, Double)] = [:]
        var lower: [Double] = []
        var upper: [Double] = []
        for (value, lead) in zip(yhat, leads) {
            let bounds = quantiles[lead] ?? errorQuantiles(sorted, views, lead: lead, width: width)
            quantiles[lead] = bounds
            let scale = scales.isEmpty ? 1 : scales[(lead - 1) % scales.count]
            lower.append(value + scale * bounds.0)
            upper.append(value + scale * bounds.1)
        }
        return (lower, upper)
    }

    /// How much the errors of a cut count.
    func weight(row: Int) -> Double { pow(0.5, Double(errors.count - 1 - row) / Self.halfLife) }

    /// An error over what is usual at its place.
    private struct PlacedError {
        var error: Double
        var row: Int
        var lead: Int
    }

    /// All errors in order of size, so that the errors near each lead need not be sorted again.
    private func sortedErrors(_ scales: [Double]) -> [PlacedError] {
        var all: [PlacedError] = []
        all.reserveCapacity(errors.count * length)
        for (row, path) in errors.enumerated() {
            for (lead, error) in path.enumerated() where !error.isNaN {
                let scale = scales.isEmpty ? 1 : scales[place(row: row, lead: lead, season: scales.count)]
                all.append(PlacedError(error: Double(error) / scale, row: row, lead: lead))
            }
        }
        all.sort { $0.error < $1.error }
        return all
    }

    /// How much the errors of each cut count, in each of the ways that the bounds are the mean of; the first knows recency alone.
    private func views() -> [[Double]] {
        let recent = errors.indices.map(weight(row:))
        guard let likeness else { return [recent] }
        return [recent, zip(recent, likeness).map { $0 * Double($1) }]
    }

    /// The bounds of the errors near a lead.
    ///
    /// Errors of one window are alike, so K windows tell less than their many points: split conformal prediction
    /// (Lei et al., 2018) with K exchangeable windows takes the (1 + 1/K)·width quantile, which is right when all
    /// errors of a window are equal. They are less alike than that, and less still where the level is known; `dependence` is
    /// how much of the 1/K is taken, and K is Kish's effective number because recent windows count more.
    private func errorQuantiles(
        _ sorted: [PlacedError], _ views: [[Double]], lead: Int, width: Double
    ) -> (Double, Double) {
        let center = min(lead, length) - 1
        let reach = max(2, length / 10)
        let window = max(0, center - reach)...min(length - 1, center + reach)
        let near = sorted.filter { window.contains($0.lead) }
        guard !near.isEmpty else { return (0, 0) }
        let sum = views[0].reduce(0, +)
        let squares = views[0].reduce(0) { $0 + $1 * $1 }
        let corrected = min(1, width * (1 + dependence * squares / (sum * sum)))
        var lower = 0.0
        var upper = 0.0
        for weights in views {
            let pool = near.map { (error: $0.error, weight: weights[$0.row]) }
            lower += Self.quantile(pool, 0.5 - corrected / 2)
            upper += Self.quantile(pool, 0.5 + corrected / 2)
        }
        return (unit * lower / Double(views.count), unit * upper / Double(views.count))
    }

    /// After how many cuts an error counts half.
    static let halfLife = 10.0

    private var dependence: Double { likeness == nil ? 0.75 : 0.6 }

    /// The weighted quantile of sorted errors: each stands in the middle of its weight.
    private static func quantile(_ pool: [(error: Double, weight: Double)], _ p: Double) -> Double {
        let total = pool.reduce(0) { $0 + $1.weight }
        var below = 0.0
        var previous: (position: Double, error: Double)?
        for (error, weight) in pool {
            let position = (below + weight / 2) / total
            if position >= p {
                guard let previous else { return error }
                let share = (p - previous.position) / (position - previous.position)
                return previous.error + share * (error - previous.error)
            }
            previous = (position, error)
            below += weight
        }
        return pool[pool.count - 1].error
    }
}
