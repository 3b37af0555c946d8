import Charts
import ForecastEngine

/// Pictures of forecasts for `--plot`.
struct ForecastPicture {
    /// The ground that they are drawn for.
    var theme: ChartTheme = .light

    /// A series with the forecast of its future, and below it the components where the algorithm has them.
    ///
    /// - Parameters:
    ///   - series: what the model was fitted on, with the model's columns.
    ///   - future: the rows that were forecast.
    func forecast(
        _ series: TimeSeries?, _ model: TrainedModel, _ forecast: Forecast, future: FutureFrame
    ) throws(ForecastError) -> String {
        let percent = Int((forecast.intervalWidth * 100).rounded())
        let shown = series.map { Self.recent($0, steps: forecast.times.count) }
        var panel = ForecastPanel(
            series: shown ?? TimeSeries(id: model.seriesID, times: [], values: []),
            subtitle: "\(Self.count(forecast.times.count)) ahead, \(percent)% interval",
            unit: Self.unit(model.seriesID), forecast: forecast
        )
        panel.title = "history and forecast"
        let curves = try model.componentCurves(history: series, future: future)
        return ForecastChart(
            title: "\(model.seriesID), \(AlgorithmTitle.text([model.recipe]))", panels: [panel],
            components: components(curves, of: model)
        ).svg(theme: theme)
    }

    /// The last holdout of a series with each algorithm's forecast of it, and the components where there is one algorithm.
    ///
    /// - Parameter future: the rows that were held out, with the model's columns.
    func backtest(
        _ series: TimeSeries, _ results: [(AlgorithmName, Holdout)], future: FutureFrame
    ) throws(ForecastError) -> String {
        let panels = results.map { name, holdout in
            let shown = Self.recent(series, steps: holdout.forecast.times.count)
            var panel = ForecastPanel(
                series: shown, subtitle: "SMAPE \((holdout.score.smape * 100).rounded() / 100)% on unseen data",
                unit: Self.unit(series.id), forecast: holdout.forecast
            )
            panel.title = name.rawValue
            return panel
        }
        var parts: [ComponentPanel] = []
        if results.count == 1, let model = results.first?.1.model {
            parts = components(
                try model.componentCurves(history: series.upTo(model.end), future: future), of: model)
        }
        return ForecastChart(title: series.id, panels: panels, components: parts).svg(theme: theme)
    }

    private func components(_ curves: [ComponentCurve], of model: TrainedModel) -> [ComponentPanel] {
        curves.map { ComponentPanel(curve: $0, unit: Self.unit(model.seriesID), end: model.end) }
    }

    private static func count(_ steps: Int) -> String { steps == 1 ? "1 step" : "\(steps) steps" }

    private static func unit(_ id: String) -> ChartUnit {
        id.hasSuffix("/cpu") ? .cores : id.hasSuffix("/memory") ? .bytes : .number
    }

    /// The end of a series: some horizons before the forecast say more than years squeezed into a line.
    private static func recent(_ series: TimeSeries, steps: Int) -> TimeSeries {
        let rows = max(0, series.count - max(200, 8 * steps))
        return TimeSeries(id: series.id, times: Array(series.times[rows...]), values: Array(series.values[rows...]))
    }
}
