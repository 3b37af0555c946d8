import DataSources
import ForecastEngine

/// The known future of `--future`: the columns that models need, by series and time.
struct FutureTable: Sendable {
    /// What of the future is missing, or cannot be read.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private let path: String
    /// One entry a series; its values are those of the first column.
    private let rows: [String: Rows]
    /// The rows of a file without `unique_id`, which hold for every series.
    private let shared: Rows?

    private struct Rows: Sendable {
        var index: [Int: Int]
        var series: TimeSeries
    }

    /// Reads `unique_id,ds,column…`, or `ds,column…` where all series have one future.
    ///
    /// - Parameters:
    ///   - path: the file; `-` is standard input.
    ///   - models: whose columns are read; at least one needs some.
    init(path: String, models: [TrainedModel]) throws {
        self.path = path == "-" ? "standard input" : path
        let needed = Self.columns(of: models)
        guard let first = needed.first else {
            throw Mistake(
                description: "--future is given, and no model needs columns; leave it out and give --horizon")
        }
        var options = CSVOptions(
            form: .long, duplicates: .refuse, extraColumns: .named(needed.dropFirst().map(\.column.name)))
        options.columns.value = first.column.name
        let history: History
        do throws(DataError) {
            history = try CSVReader(options: options).read(path: path)
        } catch {
            guard error.code == .missingColumn,
                let one = needed.first(where: { error.column?.contains($0.column.name) == true })
            else { throw error }
            throw Mistake(
                description: "\(self.path) has no column “\(one.column.name)”, which is \(one.column.role) of series "
                    + "“\(one.series)”; add it with a value for each time that is forecast")
        }
        var rows: [String: Rows] = [:]
        for series in history.series {
            var columns = series.columns
            columns[first.column.name] = series.values
            let index = Dictionary(uniqueKeysWithValues: series.times.enumerated().map { ($1, $0) })
            rows[series.id] = Rows(
                index: index,
                series: TimeSeries(id: series.id, times: series.times, values: series.values, columns: columns))
        }
        // A file without names reads as one series that is called like its value.
        let isUnnamed = rows.count == 1 && !models.contains { $0.seriesID == first.column.name }
        shared = isUnnamed ? rows[first.column.name] : nil
        self.rows = rows
    }

    private static func columns(of models: [TrainedModel]) -> [(column: FutureColumn, series: String)] {
        var seen: Set<String> = []
        return models.flatMap { model in
            model.futureColumns.filter { seen.insert($0.name).inserted }.map { ($0, model.seriesID) }
        }
    }

    /// The rows to forecast for a model: the next `steps` steps, or without a number of steps every row that lies after its
    /// training data.
    ///
    /// - Throws: a `Mistake` that names the series, the time and the column that is missing.
    func frame(for model: TrainedModel, steps: Int?) throws(Mistake) -> FutureFrame {
        let needed = model.futureColumns
        let id = model.seriesID
        guard let known = rows[id] ?? shared else {
            if let steps, needed.isEmpty { return FutureFrame(times: model.step.times(after: model.end, count: steps)) }
            throw Mistake(
                description: "\(path) has no row of series “\(id)”; add its future, or leave out its unique_id")
        }
        let times: [Int]
        if let steps {
            times = model.step.times(after: model.end, count: steps)
        } else {
            times = known.series.times.filter { $0 > model.end }
            guard !times.isEmpty else {
                throw Mistake(
                    description: "\(path) has no row of series “\(id)” after its last observation, "
                        + "\(Moment.text(model.end)); add the times to forecast")
            }
        }
        var columns: [String: [Double]] = [:]
        for column in needed {
            var values: [Double] = []
            values.reserveCapacity(times.count)
            for time in times {
                guard let row = known.index[time] else {
                    throw Mistake(
                        description: "\(path) has no row of series “\(id)” at \(Moment.text(time)); add it with “"
                            + needed.map(\.name).joined(separator: "”, “") + "”")
                }
                guard let value = known.series.columns[column.name]?[row], value.isFinite else {
                    throw Mistake(
                        description:
                            "\(path): “\(column.name)” of series “\(id)” is empty at \(Moment.text(time)); it is "
                            + "\(column.role), so give its value")
                }
                values.append(value)
            }
            columns[column.name] = values
        }
        return FutureFrame(times: times, columns: columns)
    }
}
