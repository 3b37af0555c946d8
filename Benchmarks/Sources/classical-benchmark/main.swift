import Foundation

@testable import ForecastEngine

/// Fits ETS, Theta, AutoARIMA and MSTL to series and prints what `Classical/compare.py` reads.
///
/// A line in is `series,season,horizon,value,…`; a line out, with tabs, is series, method, seconds, form, AICc and forecasts.
/// Nothing is prepared or left out, so that both sides see the same values and the same season.
guard let path = CommandLine.arguments.dropFirst().first else {
    FileHandle.standardError.write(Data("classical-benchmark SERIES.csv\n".utf8))
    exit(64)
}
for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
    let fields = line.split(separator: ",")
    guard fields.count > 3, let season = Int(fields[1]), let horizon = Int(fields[2]) else { exit(65) }
    let values = fields.dropFirst(3).compactMap { Double($0) }
    for name in [AlgorithmName.ets, .theta, .autoARIMA, .mstl] {
        let row = try result(name, values, season: season, horizon: horizon)
        print(([String(fields[0]), name.rawValue] + row).joined(separator: "\t"))
    }
}

private func result(_ name: AlgorithmName, _ values: [Double], season: Int, horizon: Int) throws -> [String] {
    let series = TimeSeries(id: "x", times: values.indices.map { $0 * 86_400 }, values: values)
    var input = try TrainingInput(series, recipe: Recipe(settings: AlgorithmSettings(name: name, seasonLengths: [])))
    let isLong = season > ETSSearch.longestPeriod && (name == .ets || name == .autoARIMA)
    input.seasonLengths = season > 1 && !isLong ? [season] : []
    let start = ContinuousClock.now
    let model: FittedModel
    do { model = try FittedModel.fit(name, input) } catch { return ["0", "failed: \(error.message)", "nan"] }
    let forecast = try model.algorithm.predict(input.horizon(after: values.count, count: horizon)).yhat
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let (form, aicc) = criterion(model.algorithm, values)
    return ["\(seconds)", form, "\(aicc)"] + forecast.map { "\($0)" }
}

/// The form that was chosen and, in the series' own unit, the AICc of its coefficients or what Theta minimizes.
private func criterion(_ algorithm: any ForecastingAlgorithm, _ values: [Double]) -> (form: String, aicc: Double) {
    switch algorithm {
    case let ets as ETSForecaster:
        return (ets.model.form.name, ets.model.aicc + 2 * Double(ets.model.count) * log(ets.magnitude.unit))
    case let arima as ARIMAForecaster:
        guard let model = arima.model else { return ("last value", .nan) }
        let exact = ARIMAModel(
            model.order, coefficients: model.coefficients, mean: model.mean, over: arima.magnitude.reduced(values))
        return (model.order.name, (exact?.aicc ?? .nan) + 2 * Double(model.count) * log(arima.magnitude.unit))
    case let theta as ThetaForecaster:
        guard let model = theta.fit?.model else { return ("last value", .nan) }
        return (model.kind.rawValue, model.loss * theta.magnitude.unit)
    case let mstl as MSTLForecaster: return (mstl.trend.model.form.name, .nan)
    default: return ("", .nan)
    }
}
