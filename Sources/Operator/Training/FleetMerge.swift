import Foundation
import KubernetesClient
import ModelRegistry

/// Merges the shards of a run in the cluster, and clears away what is left of them.
///
/// A crash between any two steps is made good by doing them again: the version's manifest is made once and found after
/// that; shards' manifests go last, for they name what is to be cleared.
struct FleetMerge {
    /// Why the shards make no version.
    struct Problem: Error, Sendable {
        var reason: String
        var message: String
        var stages: [VersionManifest.Stage]

        init(_ reason: String, _ message: String, stages: [VersionManifest.Stage] = []) {
            self.reason = reason
            self.message = message
            self.stages = stages
        }
    }

    let registry: ClusterRegistry
    let client: KubernetesClient

    /// Publishes the manifest of the version that the shards make together.
    ///
    /// - Throws: a ``Problem`` where no other try would help.
    func merge(run job: TrainingJob, at now: Date) async throws {
        let names = TrainingObjects.Names(job: job.name)
        guard let document = try await client.find(ConfigMap.self, names.run, namespace: job.namespace) else {
            throw Problem("RunDocumentMissing", "ConfigMap \(names.run) was deleted; make another TrainingJob")
        }
        let run = try Self.document(in: document.object)
        do {
            let merged = try ShardMerge(run: run, shards: try await shards(of: job), at: now)
            try await registry.publishMerged(merged.manifest, naming: run.artifact)
        } catch let error as RegistryError {
            throw Problem(error.code == .full ? "RegistryFull" : "InvalidManifest", error.message)
        }
    }

    /// Reads the document that a run's pods were given.
    ///
    /// - Throws: a ``Problem``: it never changes, so what cannot be read now never can.
    static func document(in configMap: KubernetesObject) throws(Problem) -> TrainingRun {
        do {
            return try JSONValue(parsing: configMap["data", "run.json"]?.stringValue ?? "").decode(TrainingRun.self)
        } catch {
            let why = (error as? DecodingError)?.fieldDescription ?? "\(error)"
            throw Problem(
                "RunDocumentUnreadable",
                "ConfigMap \(configMap.metadata.name), which tells the run's pods what to do, cannot be read: \(why). "
                    + "Another version of the operator may have made it; delete this run and make it again")
        }
    }

    /// Deletes the chunks of the recipe that lost, then the shards' manifests.
    func sweep(run job: TrainingJob) async throws {
        let shards = try await shards(of: job)
        guard !shards.isEmpty else { return }
        let name = TrainingObjects.Names(job: job.name).artifact
        let version = try await registry.manifest(name, namespace: job.namespace)
        let kept = Set(version.chunks.map(\.name))
        // Objects of a store are cleared away when the run has ended, see `RegistryKeeper`.
        let maps = version.store == nil ? ShardMerge.chunks(shards) : []
        for chunk in maps where !kept.contains(chunk) { try await delete(chunk, job) }
        for index in shards.compactMap({ $0.shard?.index }) { try await delete("\(name)-shard-\(index)", job) }
    }

    private func shards(of job: TrainingJob) async throws -> [VersionManifest] {
        let selector =
            "\(ArtifactLabels.kind)=\(ArtifactLabels.shard),\(Labels.trainingJob)=\(Labels.value(job.name))"
        return try await client.list(
            ConfigMap.self, namespace: job.namespace, options: ListOptions(labelSelector: selector)
        ).items.map { try ClusterRegistry.manifest(in: $0.object) }.filter { $0.trainingJob.uid == job.uid }
    }

    private func delete(_ name: String, _ job: TrainingJob) async throws {
        do {
            try await client.delete(ConfigMap.self, name, namespace: job.namespace)
        } catch let error as KubernetesError where error.isNotFound {}
    }
}
