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
        try checkGlobal(recipe)
        var models: [TrainedModel] = []
        for result in fitTogether(series, recipe: recipe) { models.append(try result.get()) }
        return models
    }

    /// Trains one LSTM on those of the series that it can be trained on; each of the others gets its own error.
    ///
    /// The same series in the same order give the same models.
    ///
    /// - Parameters:
    ///   - series: any number of them.
    ///   - recipe: an LSTM's, pinned or open.
    /// - Returns: a model or an error a series, in their order.
    public static func fitTogether(
        _ series: [TimeSeries], recipe: Recipe
    ) -> [Result<TrainedModel, ForecastError>] {
        var inputs: [TrainingInput] = []
        var places: [Int] = []
        var results: [Result<TrainedModel, ForecastError>?] = series.map { _ in nil }
        for (place, one) in series.enumerated() {
            do throws(ForecastError) {
                try checkGlobal(recipe)
                let input = try TrainingInput(one, recipe: recipe)
                try LSTMForecaster.checkLength(input)
                inputs.append(input)
                places.append(place)
            } catch {
                results[place] = .failure(error)
            }
        }
        for (place, (input, fitted)) in zip(places, zip(inputs, LSTMForecaster.train(inputs))) {
            results[place] = .success(
                TrainedModel(
                    input, recipe: recipe, FittedModel(name: .lstm, algorithm: fitted.model), fitted.calibration))
        }
        return results.compactMap(\.self)
    }

    private static func checkGlobal(_ recipe: Recipe) throws(ForecastError) {
        guard recipe.settings.name == .lstm else {
            throw ForecastError(
                .unsupported,
                "\(recipe.settings.name.rawValue) is fitted to each series by itself; use TrainedModel.fit, or the LSTM."
            )
        }
    }
}
