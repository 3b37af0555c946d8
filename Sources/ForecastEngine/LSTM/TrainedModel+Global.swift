extension TrainedModel {
    /// Trains one LSTM on all series together and gives each its own trained model.
    ///
    /// Series of one fleet teach each other; apart from that the models are used, stored and fitted again like any other.
    ///
    /// - Parameters:
    ///   - series: at least one, each of at least 264 steps.
    ///   - recipe: an LSTM's, pinned or open.
    /// - Returns: one model a series, in their order, calibrated on validation windows.
    /// - Throws: an error that names the series and says what to do.
    public static func fitGlobally(_ series: [TimeSeries], recipe: Recipe) throws(ForecastError) -> [TrainedModel] {
        guard recipe.settings.name == .lstm else {
            throw ForecastError(
                .unsupported,
                "\(recipe.settings.name.rawValue) is fitted to each series by itself; use TrainedModel.fit, or the LSTM."
            )
        }
        var inputs: [TrainingInput] = []
        for one in series { inputs.append(try TrainingInput(one, recipe: recipe)) }
        let fitted = try LSTMForecaster.fitGlobally(inputs)
        return zip(inputs, fitted).map { input, result in
            var pinned = recipe
            pinned.seasonLengths = input.seasonLengths
            pinned.choices = result.model.choices
            return TrainedModel(
                seriesID: input.series.id,
                recipe: pinned,
                end: input.grid.end,
                step: input.grid.step,
                steps: input.grid.count,
                observations: input.grid.observed.count { $0 },
                model: FittedModel(name: .lstm, algorithm: result.model),
                calibration: result.calibration
            )
        }
    }
}
