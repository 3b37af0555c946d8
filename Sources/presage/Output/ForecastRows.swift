import ForecastEngine

/// A version's forecasts as rows, one a series and time, computed as they are taken: a fleet's fill no memory.
struct ForecastRows: Sendable {
    let models: [TrainedModel]
    /// How far past the end of each model's history.
    let horizonSeconds: Int

    /// Rows in columns.
    struct Batch {
        var ids: [String] = []
        /// Seconds since 1970 UTC.
        var times: [Int] = []
        var yhat: [Double] = []
        var lower: [Double] = []
        var upper: [Double] = []
    }

    /// What was taken.
    struct Summary: Sendable, Hashable {
        var rows = 0
        var series = 0
        var failed = 0
        /// The first series without a forecast, and why.
        var firstFailure: String?
    }

    /// Hands all rows on, in batches of about `size`, series by series in the artifact's order.
    ///
    /// - Throws: what `take` throws. A series that cannot be forecast is counted and left out.
    func forEachBatch(of size: Int = 5000, _ take: (Batch) throws -> Void) throws -> Summary {
        var summary = Summary()
        var batch = Batch()
        for model in models {
            do throws(ForecastError) {
                let forecast = try model.forecast(FutureFrame(times: times(of: model)))
                batch.ids += Array(repeating: model.seriesID, count: forecast.times.count)
                batch.times += forecast.times
                batch.yhat += forecast.yhat
                batch.lower += forecast.lower
                batch.upper += forecast.upper
                summary.rows += forecast.times.count
                summary.series += 1
            } catch {
                summary.failed += 1
                summary.firstFailure = summary.firstFailure ?? "\(model.seriesID): \(error.message)"
            }
            if batch.ids.count >= size {
                try take(batch)
                batch = Batch()
            }
        }
        if !batch.ids.isEmpty { try take(batch) }
        return summary
    }

    /// The steps up to the horizon, at least one.
    private func times(of model: TrainedModel) -> [Int] {
        let until = model.end + horizonSeconds
        let count = min(TrainedModel.longestHorizon, max(1, model.step.steps(from: model.end, to: until)))
        let times = model.step.times(after: model.end, count: count)
        let within = times.prefix { $0 <= until }
        return Array(within.isEmpty ? times.prefix(1) : within)
    }
}
