import ForecastEngine
import Foundation

/// Prints one row for one origin, in the columns of peers.py.
func score(_ series: TimeSeries, cut: Origins.Cut, panel: String, algorithm: String) {
    guard let name = AlgorithmName(parsing: algorithm) else { return }
    let start = DispatchTime.now().uptimeNanoseconds
    let row = "\(panel),\(series.id),\(cut.number),\(name.rawValue)"
    do {
        let result = try evaluate(
            recipe: Recipe(name), on: series, cut: series.times[cut.rows - 1],
            until: series.times[cut.future.upperBound - 1]
        )
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let score = result.score
        print(
            "\(row),\(score.points),\(score.mae),\(score.smape),\(score.mase),\(score.coverage),"
                + "\(score.scaledWinkler),\(seconds),ok")
    } catch {
        print("\(row),0,nan,nan,nan,nan,nan,0,failed: \(error.message.replacingOccurrences(of: ",", with: ";"))")
    }
}
