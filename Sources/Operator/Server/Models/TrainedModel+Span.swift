import ForecastEngine

extension TrainedModel {
    /// Why a span cannot be forecast.
    struct NoForecast: Error {
        let message: String
    }

    /// The steps after `start`, up to and including `end`, seconds since 1970 UTC.
    func forecast(from start: Int, through end: Int) -> Result<Forecast, NoForecast> {
        let limit = 100_000
        let last = step.steps(from: self.end, to: end)
        guard last <= limit else {
            return .failure(
                NoForecast(message: "the model's data ended more than \(limit) steps ago; train again"))
        }
        // The number of steps is rounded, so it may be one too few.
        let times = step.times(after: self.end, count: last + 1).filter { $0 > start && $0 <= end }
        guard !times.isEmpty else { return .failure(NoForecast(message: "no step lies in this span")) }
        do {
            return .success(try forecast(FutureFrame(times: times)))
        } catch {
            return .failure(NoForecast(message: error.message))
        }
    }
}
