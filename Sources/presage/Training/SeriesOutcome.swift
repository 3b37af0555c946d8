import ForecastEngine
import ModelRegistry

/// What scoring one series came to: everything in it was fitted on rows up to a cut and scored on rows after it.
struct SeriesOutcome: Sendable {
    var id: String
    /// The challenger's SMAPE; seasonal naive's where its fit failed; nil where the series cannot be scored.
    var challenger: Double?
    /// The champion's, likewise.
    var champion: Double?
    /// Seasonal naive's.
    var baseline: Double?
    /// What the challenger's fit up to the newest cut chose, for the refit.
    var challengerRecipe: Recipe?
    /// Why the challenger, or the champion, has the score of seasonal naive, or why there is no score.
    var failure: String?
    var championFailure: String?
    /// Whether the series ended before the holdout: then nothing is to be forecast of it.
    var hasEnded = false
    /// Whether the series began in the holdout: it is served, but there is nothing to score it on.
    var isYoung = false

    /// Whether something went wrong that nobody expects: series come and go.
    var hasFailed: Bool { failure != nil && !hasEnded && !isYoung }

    init(id: String) { self.id = id }

    /// Fits all recipes on the rows up to each of the split's cuts, and only on those, and scores them on the holdout
    /// after it. The score is that of all holdouts' points together.
    ///
    /// - Parameters:
    ///   - series: all of its rows, validated and resampled.
    ///   - preparation: what is done to the rows that a fit sees. The rows that are scored stay as they were observed.
    static func score(
        _ series: TimeSeries, split: HoldoutSplit, preparation: Preparation = Preparation(), challenger: Recipe,
        champion: Recipe?
    ) -> SeriesOutcome {
        var outcome = SeriesOutcome(id: series.id)
        var points = Points()
        for (origin, cut) in split.cuts.enumerated() {
            // From here on `seen` is all that a fit gets: the rows after the cut are handed to the scores alone.
            let seen = preparation.prepared(series.upTo(cut)).series
            let unseen = series.after(cut).upTo(cut + split.holdout)
            let isNewest = origin == 0
            guard unseen.values.contains(where: { !$0.isNaN }) else {
                if isNewest {
                    outcome.failure = "has no observation in the holdout: it has ended, and is not forecast"
                    outcome.hasEnded = true
                    return outcome
                }
                continue
            }
            guard seen.values.contains(where: { !$0.isNaN }) else {
                if isNewest {
                    outcome.failure = "has no observation before the holdout: it is too young to be scored"
                    outcome.isYoung = true
                    return outcome
                }
                continue
            }
            func forecast(_ recipe: Recipe) throws(ForecastError) -> (values: [Double], recipe: Recipe) {
                let model = try TrainedModel.fit(seen, recipe: recipe, calibrate: false)
                let frame = FutureFrame(times: unseen.times, columns: unseen.columns)
                return (try model.forecast(frame).yhat, model.recipe)
            }
            let baseline: [Double]
            do throws(ForecastError) {
                baseline = try forecast(Recipe(.seasonalNaive)).values
            } catch {
                if isNewest {
                    outcome.failure = error.message
                    return outcome
                }
                continue
            }
            points.actual += unseen.values
            points.baseline += baseline
            do throws(ForecastError) {
                let (values, recipe) = try forecast(challenger)
                points.challenger += values
                if isNewest { outcome.challengerRecipe = recipe }
            } catch {
                points.challenger += baseline
                outcome.failure = outcome.failure ?? error.message
            }
            guard let champion else { continue }
            do throws(ForecastError) {
                points.champion += try forecast(champion).values
            } catch {
                points.champion += baseline
                outcome.championFailure = outcome.championFailure ?? error.message
            }
        }
        outcome.baseline = Metrics.smape(actual: points.actual, forecast: points.baseline)
        outcome.challenger = Metrics.smape(actual: points.actual, forecast: points.challenger)
        if champion != nil { outcome.champion = Metrics.smape(actual: points.actual, forecast: points.champion) }
        return outcome
    }

    /// The holdouts of one series, one after the other.
    private struct Points {
        var actual: [Double] = []
        var baseline: [Double] = []
        var challenger: [Double] = []
        var champion: [Double] = []
    }

    /// The sum over the series that could be scored; nil where none could.
    ///
    /// A score that is not finite stays so: such a recipe must not win.
    static func sum(_ outcomes: [SeriesOutcome], _ score: (SeriesOutcome) -> Double?) -> ScoreSum? {
        let scores = outcomes.compactMap(score)
        return scores.isEmpty ? nil : ScoreSum(scores)
    }
}
