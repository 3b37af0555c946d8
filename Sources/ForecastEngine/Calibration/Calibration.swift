/// What the same recipe missed on data that was held out from it.
///
/// The recipe, its choices pinned, is fitted again at several origins inside the training data, and each fit
/// forecasts the horizon after its origin. The errors that it makes there are what intervals and paths come from.
struct Calibration: Sendable, Hashable, Codable {
    /// Held-out errors (actual − forecast), one path an origin, oldest first, one value a lead; NaN where nothing
    /// was observed.
    var errors: [[Float]]

    /// How many origins were held out.
    var origins: Int { errors.count }

    static let mostOrigins = 10

    /// Refits the recipe at rolling origins; nil when not even one origin fits.
    init?(_ model: FittedModel, _ input: TrainingInput, recipe: Recipe, horizon: Int) {
        let n = input.grid.count
        let length = min(horizon, max(1, n / 4))
        guard n >= 4 else { return nil }
        let least = max(n / 2, 2 * (input.seasonLengths.first ?? 1))
        let count = min(Self.mostOrigins, (n - least) / length)
        guard count >= 1 else { return nil }
        var errors: [[Float]] = []
        for origin in (1...count).reversed() {
            let cut = n - origin * length
            guard let path = Self.errors(input, recipe: recipe, cut: cut, length: length) else { continue }
            errors.append(path)
        }
        guard !errors.isEmpty else { return nil }
        self.errors = errors
    }

    private static func errors(_ input: TrainingInput, recipe: Recipe, cut: Int, length: Int) -> [Float]? {
        var part = input.prefix(cut)
        part.choices = recipe.choices
        let horizon = input.horizon(after: cut, count: length)
        guard let fitted = try? FittedModel.fit(recipe.settings.name, part),
            let yhat = try? fitted.algorithm.predict(horizon).yhat
        else { return nil }
        return (0..<length).map { h in
            input.grid.observed[cut + h] ? Float(input.grid.values[cut + h] - yhat[h]) : .nan
        }
    }

    /// Bounds around a point forecast, so that the share `width` of held-out errors lies between them.
    func interval(around yhat: [Double], leads: [Int], width: Double) -> (lower: [Double], upper: [Double]) {
        var quantiles: [Int: (Double, Double)] = [:]
        var lower: [Double] = []
        var upper: [Double] = []
        for (value, lead) in zip(yhat, leads) {
            let bounds = quantiles[lead] ?? errorQuantiles(lead: lead, width: width)
            quantiles[lead] = bounds
            lower.append(value + bounds.0)
            upper.append(value + bounds.1)
        }
        return (lower, upper)
    }

    private func errorQuantiles(lead: Int, width: Double) -> (Double, Double) {
        let length = errors[0].count
        let center = min(lead, length) - 1
        let reach = max(2, length / 10)
        let window = max(0, center - reach)...min(length - 1, center + reach)
        let pool = errors.flatMap { $0[window] }.filter { !$0.isNaN }.map(Double.init).sorted()
        guard !pool.isEmpty else { return (0, 0) }
        return (
            Statistics.quantile(sorted: pool, 0.5 - width / 2), Statistics.quantile(sorted: pool, 0.5 + width / 2)
        )
    }
}

extension TrainingInput {
    /// The input of a fit that sees the first `count` steps only.
    func prefix(_ count: Int) -> TrainingInput {
        var part = self
        part.grid = grid.prefix(count)
        part.series = series.upTo(part.grid.end)
        part.seasonLengths = seasonLengths.filter { 2 * $0 <= count }
        return part
    }

    /// The `count` steps that follow the first `cut` steps, with the columns that were known there.
    func horizon(after cut: Int, count: Int) -> Horizon {
        let end = grid.prefix(cut).end
        let times = grid.step.times(after: end, count: count)
        var columns: [String: [Double]] = [:]
        if !series.columns.isEmpty {
            var rows: [Int: Int] = [:]
            for (row, time) in series.times.enumerated() { rows[grid.step.steps(from: grid.start, to: time)] = row }
            columns = series.columns.mapValues { column in
                (cut..<(cut + count)).map { rows[$0].map { column[$0] } ?? .nan }
            }
        }
        return Horizon(
            times: times, leads: Array(1...count), columns: columns, intervalWidth: settings.intervalWidth,
            seed: settings.seed
        )
    }
}
