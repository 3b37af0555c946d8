extension TrainedModel {
    /// No model keeps more of its history than this many steps: a week of five minutes.
    public static let longestHistory = 2016

    /// The last values that the model was trained on, for a picture of its forecast; nil where none were kept.
    ///
    /// Single precision; a step without an observation is NaN. The id is `seriesID`.
    public var history: TimeSeries? {
        guard let recent else { return nil }
        return TimeSeries(
            id: seriesID, times: recent.indices.map { step.time($0 - (recent.count - 1), after: end) },
            values: recent.map(Double.init))
    }

    /// Keeps the end of the history that the model was fitted on, to be drawn beside its forecast; no forecast reads it.
    ///
    /// - Parameters:
    ///   - series: what the model was fitted on.
    ///   - steps: how many steps, up to `longestHistory`; none or fewer keep nothing.
    public mutating func keepHistory(of series: TimeSeries, steps: Int) {
        let count = min(steps, Self.longestHistory, self.steps)
        guard count > 0 else { return recent = nil }
        var values = [Float](repeating: .nan, count: count)
        for (time, value) in zip(series.times, series.values) where value.isFinite {
            let index = count - 1 + step.steps(from: end, to: time)
            // Of several rows of one step the highest is what a picture of use has to show.
            if values.indices.contains(index) { values[index] = Float.maximum(values[index], Float(value)) }
        }
        // What single precision cannot hold is no picture.
        recent = values.contains(where: \.isInfinite) ? nil : values
    }
}
