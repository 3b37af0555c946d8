import ForecastEngine
import KubernetesClient

/// The result of a backtest, as JSON, CSV or a table.
struct BacktestReport: Sendable {
    /// The formats that it is written in.
    enum Format: String, Sendable, CaseIterable {
        case json
        case csv
        case table
    }

    /// One algorithm over all series that it could be scored on.
    struct Summary: Sendable, Hashable {
        var name: AlgorithmName
        var series: Int
        var failed: Int
        var smape: Double
        var smapeMedian: Double
        var mae: Double
        var mase: Double
        var coverage: Double
        var winkler: Double
        var fitSeconds: Double?
        var wallSeconds: Double?
    }

    private(set) var summaries: [Summary] = []
    private(set) var series: [Backtest.SeriesScore] = []

    /// Adds an algorithm's scores; without times the same input gives the same bytes.
    mutating func add(_ scores: [Backtest.SeriesScore], name: AlgorithmName, wallSeconds: Double?) {
        let scored = scores.filter { $0.failure == nil }
        func mean(_ field: KeyPath<Backtest.SeriesScore, Double>) -> Double {
            let values = scored.map { $0[keyPath: field] }.filter { !$0.isNaN }
            return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
        }
        let smapes = scored.map(\.smape).filter { !$0.isNaN }.sorted()
        let middle = smapes.count / 2
        let median =
            smapes.isEmpty
            ? .nan : smapes.count % 2 == 1 ? smapes[middle] : (smapes[middle - 1] + smapes[middle]) / 2
        summaries.append(
            Summary(
                name: name, series: scored.count, failed: scores.count - scored.count, smape: mean(\.smape),
                smapeMedian: median, mae: mean(\.mae), mase: mean(\.mase), coverage: mean(\.coverage),
                winkler: mean(\.winkler),
                fitSeconds: wallSeconds.map { _ in scores.reduce(0) { $0 + $1.seconds } }, wallSeconds: wallSeconds
            ))
        series += scores
    }

    /// The report in a format, ending with a line break.
    func text(_ format: Format) -> String {
        switch format {
        case .json: JSONValue.object(json).jsonString(.pretty) + "\n"
        case .csv: csv
        case .table: table
        }
    }

    private var json: JSONObject {
        [
            "algorithms": .array(
                summaries.map { summary in
                    var object: JSONObject = [
                        "name": .string(summary.name.rawValue), "series": .int(Int64(summary.series)),
                        "failed": .int(Int64(summary.failed)), "smape": .double(summary.smape),
                        "smapeMedian": .double(summary.smapeMedian), "mae": .double(summary.mae),
                        "mase": .double(summary.mase), "coverage80": .double(summary.coverage),
                        "winkler80": .double(summary.winkler),
                    ]
                    if let seconds = summary.fitSeconds { object["fitSeconds"] = .double(seconds) }
                    if let seconds = summary.wallSeconds { object["wallSeconds"] = .double(seconds) }
                    return .object(object)
                }),
            "series": .array(
                series.map { score in
                    var object: JSONObject = [
                        "unique_id": .string(score.id), "algorithm": .string(score.algorithm.rawValue),
                        "smape": .double(score.smape), "mae": .double(score.mae), "mase": .double(score.mase),
                        "coverage80": .double(score.coverage),
                    ]
                    if let failure = score.failure { object["error"] = .string(failure) }
                    return .object(object)
                }),
        ]
    }

    private var csv: String {
        var text = "unique_id,algorithm,smape,mae,mase,coverage80,winkler80,error\n"
        for score in series {
            let numbers = [score.smape, score.mae, score.mase, score.coverage, score.winkler].map(TextOutput.csv)
            let fields =
                [TextOutput.csv(score.id), score.algorithm.rawValue] + numbers + [TextOutput.csv(score.failure ?? "")]
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }

    private var table: String {
        var table = TextTable(
            head: [
                "algorithm", "series", "failed", "SMAPE", "median", "MAE", "MASE", "coverage", "Winkler", "seconds",
            ], numbersFrom: 1)
        table.rows += summaries.map { summary in
            [
                summary.name.rawValue, "\(summary.series)", "\(summary.failed)", Self.short(summary.smape),
                Self.short(summary.smapeMedian), Self.short(summary.mae), Self.short(summary.mase),
                summary.coverage.isFinite ? "\(Self.short(summary.coverage * 100))%" : "-", Self.short(summary.winkler),
                Self.short(summary.wallSeconds ?? .nan),
            ]
        }
        var text = table.lines.joined(separator: "\n") + "\n"
        if let failed = series.first(where: { $0.failure != nil }), let why = failed.failure {
            text += "failed, e.g. \(failed.id) under \(failed.algorithm.rawValue): \(why)\n"
        }
        return text
    }

    /// A number with three decimals below a hundred, and with one above.
    private static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let digits = abs(value) < 100 ? 1000.0 : 10.0
        return "\((value * digits).rounded() / digits)"
    }
}
