import Charts
import ForecastEngine

/// Pictures of forecasts for `--plot`.
enum ForecastPicture {
    /// A series with the forecast of its future, and below it the components where the model has them.
    static func forecast(_ series: TimeSeries?, _ model: TrainedModel, _ forecast: Forecast) -> String {
        let title = model.seriesID
        let percent = Int((forecast.intervalWidth * 100).rounded())
        let shown = series.map { recent($0, steps: forecast.times.count) }
        let panel = ForecastPanel(
            title: title, subtitle: "history, forecast and its \(percent)% interval", unit: unit(title),
            history: shown.map(points) ?? [],
            forecast: forecast
        )
        return ForecastChart(
            title: "\(title), \(AlgorithmTitle.text([model.recipe]))", panels: [panel]
        ).svg()
    }

    /// The last holdout of a series with each algorithm's forecast of it.
    static func backtest(_ series: TimeSeries, _ results: [(AlgorithmName, Holdout)]) -> String {
        let panels = results.map { name, holdout in
            let shown = recent(series, steps: holdout.forecast.times.count)
            return ForecastPanel(
                title: name.rawValue, subtitle: "SMAPE \((holdout.score.smape * 100).rounded() / 100)% on unseen data",
                unit: unit(series.id),
                history: points(shown),
                forecast: holdout.forecast
            )
        }
        return ForecastChart(title: series.id, panels: panels).svg()
    }

    private static func points(_ series: TimeSeries) -> [ChartPoint] {
        zip(series.times, series.values).map { ChartPoint(time: $0, value: $1) }
    }

    private static func unit(_ id: String) -> ChartUnit {
        id.hasSuffix("/cpu") ? .cores : id.hasSuffix("/memory") ? .bytes : .number
    }

    /// The end of a series: some horizons before the forecast say more than years squeezed into a line.
    private static func recent(_ series: TimeSeries, steps: Int) -> TimeSeries {
        let rows = max(0, series.count - max(200, 8 * steps))
        return TimeSeries(id: series.id, times: Array(series.times[rows...]), values: Array(series.values[rows...]))
    }
}
