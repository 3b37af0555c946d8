import DataSources
import ForecastEngine
import Foundation

/// The series of a CSV file, a batch at a time, so that a fleet passes through little memory.
struct PanelInput {
    /// Series a batch; enough that those on one time grid meet.
    static let batchSize = 2048

    private enum State {
        case streaming(SeriesReader)
        case loaded(ArraySlice<TimeSeries>)
    }

    private var state: State
    private let path: String
    private let options: CSVOptions
    private var delivered = 0
    /// What reading the file as a whole found.
    private var report = DataReport()

    /// Opens a long-form panel, or a workload's history in wide form; `-` is standard input.
    ///
    /// - Parameters:
    ///   - columns: extra columns that the algorithm needs, such as regressors.
    ///   - optionalColumns: those that are read where the file has them.
    init(path: String, columns: [String], optionalColumns: [String] = []) throws(DataError) {
        self.path = path
        var options = CSVOptions(extraColumns: .named(columns))
        options.optionalColumns = optionalColumns
        self.options = options
        state = .streaming(try SeriesReader(path: path, options: options))
    }

    /// The next series, `size` of them at most; empty at the end.
    mutating func nextBatch(_ size: Int = batchSize) throws(DataError) -> [TimeSeries] {
        switch state {
        case .loaded(let rest):
            let batch = rest.prefix(size)
            state = .loaded(rest.dropFirst(batch.count))
            return Array(batch)
        case .streaming(let reader):
            do throws(DataError) {
                var batch: [TimeSeries] = []
                while batch.count < size, let series = try reader.next() { batch.append(series) }
                delivered += batch.count
                return batch
            } catch {
                // A file that is not grouped by series is read as a whole, if nothing of it went on yet.
                guard error.code == .notGrouped, isFile, delivered == 0 else { throw error }
                let history = try CSVReader(options: options).read(path: path)
                state = .loaded(history.series[...])
                report = history.report
                return try nextBatch(size)
            }
        }
    }

    /// Whether it can be read twice, as neither standard input can nor a pipe.
    private var isFile: Bool {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: target))?[.type] as? FileAttributeType == .typeRegular
    }

    /// All of the series at once.
    mutating func readAll() throws(DataError) -> [TimeSeries] {
        var all: [TimeSeries] = []
        while case let batch = try nextBatch(), !batch.isEmpty { all += batch }
        return all
    }

    /// What a person should know of how the rows read so far were taken: rows that repeat a time.
    var notes: [String] {
        var report = report
        if case .streaming(let reader) = state { report = reader.report }
        return report.findings.filter { $0.kind == .duplicates }.map {
            "note: \($0.count) \($0.count == 1 ? "row repeats" : "rows repeat") a time of their series, e.g. "
                + "\($0.example); the last row of each time counts"
        }
    }
}
