import DataSources
import ForecastEngine
import KubernetesClient

/// Forecasts as rows, one a series and time.
struct ForecastTable: Sendable {
    /// The formats that it is written in.
    enum Format: String, Sendable, CaseIterable {
        case csv
        case json
    }

    /// One series' forecast, or why there is none.
    struct Entry: Sendable {
        var id: String
        var algorithm: String
        var forecast: Forecast?
        var failure: String?
    }

    var entries: [Entry]

    /// The table in a format, ending with a line break.
    func text(_ format: Format) -> String {
        switch format {
        case .csv: csv
        case .json: JSONValue.object(["forecasts": .array(entries.map(json))]).jsonString(.pretty) + "\n"
        }
    }

    private var csv: String {
        var text = "unique_id,ds,yhat,yhat_lower,yhat_upper\n"
        for entry in entries {
            guard let forecast = entry.forecast else { continue }
            let id = TextOutput.csv(entry.id)
            for row in forecast.times.indices {
                text += "\(id),\(Moment.text(forecast.times[row])),\(TextOutput.csv(forecast.yhat[row])),"
                text += "\(TextOutput.csv(forecast.lower[row])),\(TextOutput.csv(forecast.upper[row]))\n"
            }
        }
        return text
    }

    private func json(_ entry: Entry) -> JSONValue {
        var object: JSONObject = ["unique_id": .string(entry.id), "algorithm": .string(entry.algorithm)]
        if let forecast = entry.forecast {
            object["intervalWidth"] = .double(forecast.intervalWidth)
            object["ds"] = .array(forecast.times.map { .string(Moment.text($0)) })
            object["yhat"] = .array(forecast.yhat.map { .double($0) })
            object["yhat_lower"] = .array(forecast.lower.map { .double($0) })
            object["yhat_upper"] = .array(forecast.upper.map { .double($0) })
        }
        if let failure = entry.failure { object["error"] = .string(failure) }
        return .object(object)
    }
}
