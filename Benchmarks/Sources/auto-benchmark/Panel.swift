import ForecastEngine
import Foundation

/// Series read from rows `unique_id,seconds,y`; an empty y is missing.
struct Panel {
    var series: [TimeSeries] = []

    /// Reads every `every`th series.
    init(path: String, every: Int) throws {
        var places: [Substring: Int] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let place =
                places[fields[0]]
                ?? {
                    series.append(TimeSeries(id: String(fields[0]), times: [], values: []))
                    places[fields[0]] = series.count - 1
                    return series.count - 1
                }()
            guard fields.count == 3, let time = Int(fields[1]) else { continue }
            series[place].times.append(time)
            series[place].values.append(fields[2].isEmpty ? .nan : Double(fields[2]) ?? .nan)
        }
        series = series.enumerated().filter { $0.offset % every == 0 }.map(\.element)
    }
}
