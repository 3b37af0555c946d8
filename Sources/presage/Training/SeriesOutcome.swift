import ForecastEngine

/// What scoring one series came to: everything in it was fitted on rows up to the cut.
struct SeriesOutcome: Sendable {
    var id: String
    /// The challenger's SMAPE; seasonal naive's where its fit failed; nil where the series cannot be scored.
    var challenger: Double?
    /// The champion's, likewise.
    var champion: Double?
    /// Seasonal naive's.
    var baseline: Double?
    /// What the challenger's fit chose, for the refit.
    var challengerRecipe: Recipe?
    /// Why the challenger, or the champion, has the score of seasonal naive, or why there is no score.
    var failure: String?
    var championFailure: String?
    /// Whether the series ended before the holdout: then nothing is to be forecast of it.
    var hasEnded = false

    init(id: String) { self.id = id }

    /// Fits all recipes on the rows up to the split's cut, and only on those, and scores them on the rows after it.
    ///
    /// - Parameter series: all of its rows, validated.
    static func score(
        _ series: TimeSeries, split: HoldoutSplit, challenger: Recipe, champion: Recipe?
    ) -> SeriesOutcome {
        var outcome = SeriesOutcome(id: series.id)
        // From here on `seen` is all that a fit gets: the rows after the cut are handed to the scores alone.
        let seen = series.upTo(split.cut)
        let unseen = series.after(split.cut)
        guard unseen.values.contains(where: { !$0.isNaN }) else {
            outcome.failure = "has no observation in the holdout: it has ended, and is not forecast"
            outcome.hasEnded = true
            return outcome
        }
        guard seen.values.contains(where: { !$0.isNaN }) else {
            outcome.failure = "has no observation before the holdout: it is too young to be scored"
            return outcome
        }
        func smape(_ recipe: Recipe) throws(ForecastError) -> (Double, Recipe) {
            let model = try TrainedModel.fit(seen, recipe: recipe, calibrate: false)
            let forecast = try model.forecast(FutureFrame(times: unseen.times, columns: unseen.columns))
            return (Metrics.smape(actual: unseen.values, forecast: forecast.yhat), model.recipe)
        }
        do throws(ForecastError) {
            outcome.baseline = try smape(Recipe(.seasonalNaive)).0
        } catch {
            outcome.failure = error.message
            return outcome
        }
        do throws(ForecastError) {
            let (score, recipe) = try smape(challenger)
            outcome.challenger = score
            outcome.challengerRecipe = recipe
        } catch {
            outcome.challenger = outcome.baseline
            outcome.failure = error.message
        }
        if let champion {
            do throws(ForecastError) {
                outcome.champion = try smape(champion).0
            } catch {
                outcome.champion = outcome.baseline
                outcome.championFailure = error.message
            }
        }
        return outcome
    }

    /// The mean over the series that could be scored; nil where none could.
    ///
    /// A score that is not finite stays so: such
    /// a recipe must not win.
    static func mean(_ outcomes: [SeriesOutcome], _ score: (SeriesOutcome) -> Double?) -> Double? {
        let scores = outcomes.compactMap(score)
        return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }
}
