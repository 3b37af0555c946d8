import ForecastEngine
import Foundation

/// Prints, for origins `every` rows apart from the row `first` on, the 90% peak of the next `horizon` steps and what it came to be,
/// as rows `unique_id,rows before,highest,peak,whether past horizons confirm it`.
///
/// - Parameters:
///   - window: how many rows of history a model is trained on.
///   - late: how many steps after the training the horizon begins.
func peaks(_ panel: Panel, horizon: Int, first: Int, every: Int, window: Int, late: Int) {
    for series in panel.series {
        for rows in stride(from: first, through: series.count - horizon - late, by: every) {
            let past = max(0, rows - window)..<rows
            let training = TimeSeries(
                id: series.id, times: Array(series.times[past]), values: Array(series.values[past]))
            let future = (rows + late)..<(rows + late + horizon)
            let seen = series.values[future].filter { !$0.isNaN }
            guard 2 * seen.count >= horizon, let highest = seen.max(),
                let model = try? TrainedModel.fit(training, recipe: Recipe(.auto), horizon: horizon),
                let start = late == 0 ? model.end : model.step.times(after: model.end, count: late).last,
                let peak = try? model.maximum(from: start, over: horizon, quantile: 0.9)
            else {
                FileHandle.standardError.write(Data("\(series.id) at row \(rows): left out\n".utf8))
                continue
            }
            print("\(series.id),\(rows),\(highest),\(peak.value),\(peak.isCalibrated ? 1 : 0)")
        }
    }
}
