import ForecastEngine

/// Fits an algorithm to every series of a panel.
struct SeriesFitter: Sendable {
    var settings: AlgorithmSettings
    /// Steps that intervals are calibrated for; nil takes the step's usual horizon.
    var horizon: Int?
    var threads: Int

    /// Models and failures, each in the order of the panel.
    struct Outcome: Sendable {
        var models: [TrainedModel] = []
        var failures: [(id: String, reason: String)] = []
    }

    /// Series that are held at once: each is fitted by itself, so that threads need some to share and no more.
    private static let batchSize = 256

    /// Fits batch by batch, so that no more than a batch of series is held; an LSTM learns from the whole panel at once.
    func fit(_ input: inout PanelInput, inspect: ([TimeSeries]) -> Void = { _ in }) async throws -> Outcome {
        var outcome = Outcome()
        let bar = ProgressBar("fit")
        let isGlobal = settings.name == .lstm
        while case let batch = try input.nextBatch(isGlobal ? .max : Self.batchSize), !batch.isEmpty {
            inspect(batch)
            let recipe = Recipe(settings: settings)
            let horizon = self.horizon
            let results =
                isGlobal
                ? TrainedModel.fitTogether(batch, recipe: recipe)
                : await parallelMap(batch, threads: threads) { series in
                    Result { () throws(ForecastError) in
                        if let reason = series.lackOfStep {
                            throw ForecastError(.tooShort, "Series '\(series.id)' \(reason).")
                        }
                        return try TrainedModel.fit(series, recipe: recipe, horizon: horizon)
                    }
                }
            for (series, result) in zip(batch, results) {
                switch result {
                case .success(let model): outcome.models.append(model)
                case .failure(let error): outcome.failures.append((series.id, error.message))
                }
            }
            bar.show(outcome.models.count + outcome.failures.count)
        }
        bar.finish()
        input.notes.forEach(TextOutput.note)
        return outcome
    }
}
