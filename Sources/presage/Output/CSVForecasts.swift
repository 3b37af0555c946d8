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
        case .file(let path): try await write(rows, of: run, to: URL(fileURLWithPath: path))
        case .object(let client, let key): try await write(rows, of: run, to: key, of: client)
        }
    }

    private func write(_ rows: ForecastRows, of run: ForecastLabels, to file: URL) async throws -> String {
        removeAbandoned(beside: file)
        // On the same volume, so that it takes the file's place in one step.
        let partial = file.deletingLastPathComponent()
            .appending(path: ".\(file.lastPathComponent).\(UUID().uuidString.prefix(8)).partial")
        defer { try? FileManager.default.removeItem(at: partial) }
        do {
            let summary = try lay(rows, of: run, down: partial)
            guard try await FileFence(path: file.path).replace(with: partial.path, of: run) else {
                return Self.outdated(file.path)
            }
            return "\(summary.text) are in \(file.path)"
        } catch let error as TrainingFailure {
            throw error
        } catch {
            throw TrainingFailure(
                "NotWritable",
                "\(file.path) cannot be written: \(error.localizedDescription); mount a volume there by training.volumes and "
                    + "training.volumeMounts that user 65532 may write to")
        }
    }

    private func write(
        _ rows: ForecastRows, of run: ForecastLabels, to key: String, of client: S3Client
    ) async throws -> String {
        let table = FileManager.default.temporaryDirectory.appending(path: "presage-forecasts-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: table) }
        let summary: ForecastRows.Summary
        do {
            summary = try lay(rows, of: run, down: table)
        } catch let error as TrainingFailure {
            throw error
        } catch {
            throw TrainingFailure(
                "NotWritable",
                "the table cannot be laid down in \(table.deletingLastPathComponent().path) before it is sent: "
                    + "\(error.localizedDescription); give the pod more room (ephemeral-storage in spec.training.resources)"
            )
        }
        let place = client.bucket.place(ofObject: key)
        switch try await ObjectFence(client: client, key: key)
            .replace(with: table.path, contentType: "text/csv; charset=utf-8", of: run)
        {
        case .written: return "\(summary.text) are in \(place)"
        case .writtenBlindly:
            return
                "\(summary.text) are in \(place), whatever was there: the credentials may not look at it, so an earlier "
                + "decision's pod that comes late is not kept from replacing it; allow s3:GetObject for this key"
        case .outdated: return Self.outdated(place)
        }
    }

    private static func outdated(_ place: String) -> String {
        "\(place) has forecasts of a newer version already"
    }

    /// Writes the table to a new file, batch by batch: a fleet's fills no memory.
    private func lay(
        _ rows: ForecastRows, of run: ForecastLabels, down file: URL
    ) throws -> ForecastRows.Summary {
        try Data(Self.header.utf8).write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        return try rows.forEachBatch { try handle.write(contentsOf: Data(Self.lines(of: $0, run))) }.checked()
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
