import DataSources
import Foundation
import KubernetesClient
import ModelRegistry

/// Reads the run document and what it refers to.
enum RunDocument {
    /// Reads and checks the document.
    ///
    /// - Parameter environment: an Indexed Job tells a pod its number in `JOB_COMPLETION_INDEX`.
    static func read(_ path: String, environment: [String: String]) throws(TrainingFailure) -> TrainingRun {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw invalid("the run document \(path) cannot be read; mount it, or check the path")
        }
        var run: TrainingRun
        do {
            run = try JSONValue(parsing: data).decode(TrainingRun.self)
        } catch {
            throw invalid("the run document \(path) is not a TrainingRun: \(error)")
        }
        guard run.apiVersion == VersionManifest.supportedVersion else {
            throw invalid(
                "the run document has apiVersion \(run.apiVersion) where this trainer knows "
                    + "\(VersionManifest.supportedVersion); use the trainer image of the operator's version"
            )
        }
        let places = [
            run.source.path != nil, run.source.url != nil, run.source.s3 != nil, run.source.prometheus != nil,
            run.source.postgresql != nil,
        ]
        guard places.count(where: \.self) == 1 else {
            throw invalid("source needs exactly one of path, url, s3, prometheus and postgresql")
        }
        guard run.horizonSeconds > 0 else { throw invalid("horizonSeconds is \(run.horizonSeconds); give at least 1") }
        if let holdout = run.holdoutSeconds, holdout < 1 {
            throw invalid("holdoutSeconds is \(holdout); give at least 1, or leave it out")
        }
        run.resolvePaths(from: URL(fileURLWithPath: path).deletingLastPathComponent())
        if run.shardCount > 1, let text = environment["JOB_COMPLETION_INDEX"], let index = Int(text) {
            run.shardIndex = index
        }
        if let origins = run.origins, !(1...100).contains(origins) {
            throw invalid("origins is \(origins); give 1 to 100, or leave it out")
        }
        guard run.shardCount >= 1, (0..<run.shardCount).contains(run.shardIndex) else {
            throw invalid(
                "shardIndex is \(run.shardIndex) and shardCount \(run.shardCount); the index is below the count")
        }
        return run
    }

    /// Reads the history that the run names.
    static func history(
        of run: TrainingRun, patience: Patience = .standard
    ) async throws(TrainingFailure) -> History {
        let source = try source(of: run, patience: patience)
        do {
            return try await source.read()
        } catch let error as DataError {
            let code = error.code.rawValue
            let mayPass: Set<DataError.Code> = [.requestFailed, .unreadable, .timedOut]
            // A file of one's own is in the pod where its volume is; what the operator mounts lies elsewhere.
            let isOwnFile = error.code == .unreadable && run.source.path.map { !$0.hasPrefix("/etc/presage/") } ?? false
            let advice =
                isOwnFile
                ? "; spec.source.csv.path is a file of the training pod: mount its volume by spec.training.volumes and "
                    + "spec.training.volumeMounts" : ""
            throw TrainingFailure(
                code.prefix(1).uppercased() + code.dropFirst(), error.description + advice, stage: .validated,
                exitStatus: mayPass.contains(error.code) ? .unavailable : .data
            )
        } catch {
            throw TrainingFailure("SourceFailed", "\(error)", stage: .validated, exitStatus: .unavailable)
        }
    }

    static func invalid(_ message: String) -> TrainingFailure {
        TrainingFailure("InvalidRun", message, exitStatus: .usage)
    }
}

extension TrainingRun {
    /// Makes the document's relative paths absolute: they are relative to the folder that it lies in.
    fileprivate mutating func resolvePaths(from folder: URL) {
        func resolved(_ path: String) -> String {
            path.hasPrefix("/") || path == "-" ? path : folder.appending(path: path).standardizedFileURL.path
        }
        source.path = source.path.map(resolved)
        source.prometheus = source.prometheus?.resolved(resolved)
        if let path = source.prometheus?.cache?.path { source.prometheus?.cache?.path = resolved(path) }
        source.access = source.access?.resolved(resolved)
        source.s3 = source.s3?.resolved(resolved)
        source.postgresql = source.postgresql?.resolved(resolved)
        if let directory = champion?.directory { champion?.directory = resolved(directory) }
        if let directory = previous?.directory { previous?.directory = resolved(directory) }
        if let objects = champion?.objects { champion?.objects = objects.resolved(resolved) }
        if let objects = previous?.objects { previous?.objects = objects.resolved(resolved) }
        artifact.objects = artifact.objects?.resolved(resolved)
    }

    /// The series that this pod trains.
    var slice: SeriesSlice { SeriesSlice(index: shardIndex, count: shardCount) }

    /// Whether this pod is one of several.
    var isShard: Bool { shardCount > 1 }

    /// What this pod publishes: each shard of several has a manifest of its own.
    var artifactOfShard: TrainingRun.Artifact {
        guard shardCount > 1 else { return artifact }
        var artifact = artifact
        artifact.name += "-shard-\(shardIndex)"
        return artifact
    }
}
