import KubernetesClient
import Logging
import ModelRegistry

extension VersionStore {
    /// The manifest's annotation that dooms a version.
    static let doomedAnnotation = "presage.dev/doomed"

    /// Deletes what is kept no longer, provided that it is as it was read: a process that was held up, and leads no longer,
    /// must not take a version that was pinned or approved meanwhile.
    ///
    /// The version is doomed first, which nobody can take back; then its chunks go, and the manifest last, so that whoever
    /// comes after a crash finds what is left to do. Chunks in an object store go after the manifest: without one they are
    /// what ``RegistryKeeper`` finds.
    ///
    /// - Returns: the versions that are gone.
    @discardableResult
    func prune(_ entries: [Versions.Entry]) async throws -> [Versions.Entry] {
        var gone: [Versions.Entry] = []
        for entry in entries {
            do {
                try await prune(entry)
                gone.append(entry)
            } catch let error as KubernetesError where error.code == .conflict {
                logger.info("version kept: it was changed meanwhile", metadata: ["manifest": "\(entry.name)"])
            } catch let error as KubernetesError where error.isNotFound {}
        }
        return gone
    }

    private func prune(_ entry: Versions.Entry) async throws {
        if !entry.isDoomed {
            try await patch(
                name: entry.name, namespace: entry.metadata.namespace,
                [
                    "metadata": [
                        "resourceVersion": .string(entry.metadata.resourceVersion ?? ""),
                        "annotations": [Self.doomedAnnotation: "true"],
                    ]
                ])
        }
        for chunk in entry.manifest.chunks where entry.manifest.store == nil {
            let found = try await client.find(ConfigMap.self, chunk.name, namespace: entry.metadata.namespace)
            // One that is younger than the manifest belongs to a later run of the same name.
            guard let found, let made = found.metadata.creationTimestamp?.seconds,
                made <= entry.metadata.creationTimestamp?.seconds ?? 0
            else { continue }
            try await delete(found.metadata, asRead: true)
        }
        try await delete(entry.metadata, asRead: false)
    }

    /// Deletes the chunks, and a fleet's parts, that a run has left which published no manifest: without one they are no
    /// version, and nobody would ever look for them again.
    func removeParts(of job: TrainingJob) async throws {
        let name = TrainingObjects.Names(job: job.name).artifact
        guard try await client.find(ConfigMap.self, name, namespace: job.namespace) == nil else { return }
        let kinds = "\(ArtifactLabels.kind) in (\(ArtifactLabels.chunk),\(ArtifactLabels.shard))"
        // A page at a time: what is wanted is their names, and they are large.
        var options = ListOptions(
            labelSelector: "\(Labels.trainingJob)=\(Labels.value(job.name)),\(kinds)", limit: 8)
        var parts: [ObjectMeta] = []
        repeat {
            let page = try await client.list(ConfigMap.self, namespace: job.namespace, options: options)
            parts += page.items.map(\.metadata)
            options.continueToken = page.continueToken
        } while options.continueToken?.isEmpty == false
        for part in parts { try await delete(part, asRead: true) }
    }

    /// Deletes just this ConfigMap, perhaps in just this state; that it is gone already is as well.
    private func delete(_ metadata: ObjectMeta, asRead: Bool) async throws {
        do {
            try await client.delete(
                ConfigMap.self, metadata.name, namespace: metadata.namespace,
                options: DeleteOptions(
                    uid: metadata.uid, resourceVersion: asRead ? metadata.resourceVersion : nil))
        } catch let error as KubernetesError where error.isNotFound {}
    }
}
