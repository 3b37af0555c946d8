import ForecastEngine

extension TimeSeries {
    /// Why nothing can be forecast of the series, whatever the algorithm: times that are all one say nothing of how far the
    /// next is. A forecast second by second, as of a series with a step of a second, would be made up.
    var lackOfStep: String? {
        guard Set(times.prefix(2)).count < 2, TimeStep.infer(from: times) == nil else { return nil }
        return "has rows of one time only, which do not tell the step; it is forecast once there is a second time"
    }
}
