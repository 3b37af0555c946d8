import DataSources
import Foundation
import ObjectStore

/// Forecasts as a CSV table, in a file or in an object: readers have the old one or the new one.
struct CSVForecasts: ForecastPlace {
    /// Where the table lies.
    enum Target: Sendable {
        case file(String)
        case object(S3Client, key: String)
    }

    let target: Target

    func write(_ rows: ForecastRows, of run: ForecastLabels) async throws -> String {
        switch target {
        case .file(let path):
            let summary = try write(rows, of: run, to: path)
            return "\(summary.text) are in \(path)"
        case .object(let client, let key):
            var text = Array(Self.header.utf8)
            let summary = try rows.forEachBatch { text += Self.lines(of: $0, run) }.checked()
            try await client.put(key, text, contentType: "text/csv; charset=utf-8")
            return "\(summary.text) are in \(client.bucket.place(ofObject: key))"
        }
    }

    private func write(_ rows: ForecastRows, of run: ForecastLabels, to path: String) throws -> ForecastRows.Summary {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent()
        let partial = folder.appending(path: ".\(file.lastPathComponent).\(UUID().uuidString.prefix(8)).partial")
        defer { try? FileManager.default.removeItem(at: partial) }
        removeAbandoned(beside: file)
        do {
            try Data(Self.header.utf8).write(to: partial)
            let handle = try FileHandle(forWritingTo: partial)
            defer { try? handle.close() }
            try handle.seekToEnd()
            let summary = try rows.forEachBatch { try handle.write(contentsOf: Data(Self.lines(of: $0, run))) }
                .checked()
            try handle.synchronize()
            guard rename(partial.path, path) == 0 else {
                throw TrainingFailure("NotWritable", "\(path) cannot be replaced: \(String(cString: strerror(errno)))")
            }
            return summary
        } catch let error as TrainingFailure {
            throw error
        } catch {
            throw TrainingFailure(
                "NotWritable",
                "\(path) cannot be written: \(error.localizedDescription); mount a volume there by training.volumes and "
                    + "training.volumeMounts that user 65532 may write to")
        }
    }

    /// Deletes what pods have left that were killed while they wrote: of a fleet each is as large as the table, and would stay.
    ///
    /// One that is written changes all the time, so that an hour tells that nobody does any more.
    private func removeAbandoned(beside file: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path)) ?? []
        for name in names where name.hasPrefix(".\(file.lastPathComponent).") && name.hasSuffix(".partial") {
            let partial = file.deletingLastPathComponent().appending(path: name)
            let values = try? partial.resourceValues(forKeys: [.contentModificationDateKey])
            guard let changed = values?.contentModificationDate, changed.timeIntervalSinceNow < -3600 else { continue }
            try? FileManager.default.removeItem(at: partial)
        }
    }

    private static let header = "unique_id,ds,yhat,yhat_lower,yhat_upper,model,version,revision\n"

    private static func lines(of batch: ForecastRows.Batch, _ run: ForecastLabels) -> [UInt8] {
        let end = ",\(TextOutput.csv("\(run.namespace)/\(run.model)")),\(run.version),\(run.revision)\n"
        var text = ""
        for row in batch.ids.indices {
            text +=
                "\(TextOutput.csv(batch.ids[row])),\(Moment.text(batch.times[row])),\(TextOutput.csv(batch.yhat[row])),"
            text += "\(TextOutput.csv(batch.lower[row])),\(TextOutput.csv(batch.upper[row]))\(end)"
        }
        return Array(text.utf8)
    }
}
