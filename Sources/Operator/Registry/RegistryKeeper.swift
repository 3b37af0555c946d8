import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry
import ObjectStore
import Threading

/// Looks after the object stores that models keep their versions in: whether they can be used, and that nothing lies there
/// which no version needs.
///
/// What crashed runs, late pods and lost recipes leave is found by listing the model's own folder, so it does not matter who
/// failed to clear it away: after each run, when an operator begins, and every six hours.
struct RegistryKeeper: Sendable {
    /// How long a folder is left alone where nothing has happened.
    static let interval: TimeInterval = 6 * 3600
    let client: KubernetesClient
    let access: ObjectAccess
    /// How long a store is left alone that could not be used.
    let retry: TimeInterval
    let now: @Sendable () -> Date
    let logger: Logger
    private let looks = Locked<[ObjectKey: Look]>([:])

    /// The last look after a model's folder.
    private struct Look: Sendable {
        var time: Date
        /// What was known then of runs and versions.
        var occasion: Int
        var failure: RegistryError?
    }

    init(
        client: KubernetesClient, access: ObjectAccess, retry: TimeInterval = 60, now: @escaping @Sendable () -> Date,
        logger: Logger
    ) {
        self.retry = retry
        self.client = client
        self.access = access
        self.now = now
        self.logger = logger
    }

    /// Whether a model's runs can publish where its spec says: the Secret can be read, and the folder listed.
    func check(_ model: ForecastModel) async throws {
        guard let folder = model.spec.registry?.s3 else { return }
        let root = RegistryFolder.root(folder, of: model)
        _ = try await access.chunks(in: root, namespace: model.namespace).list(limit: 1)
    }

    /// Clears away what no version of the model needs, where there is an occasion to look.
    ///
    /// - Returns: why the store cannot be used, and when it is looked at again.
    func look(
        after model: ForecastModel, runs: [TrainingJob], _ known: Versions
    ) async throws -> (failure: RegistryError?, next: Date?) {
        guard let folder = model.spec.registry?.s3 else {
            forget(model.key)
            return (nil, nil)
        }
        let root = RegistryFolder.root(folder, of: model)
        var hasher = Hasher()
        hasher.combine(root)
        hasher.combine(Set(runs.filter(\.isFinished).map(\.uid)))
        hasher.combine(Set((known.entries + known.doomed).map(\.name)))
        let occasion = hasher.finalize()
        if let last = looks.withLock({ $0[model.key] }) {
            let wait = last.failure == nil ? Self.interval : retry
            let next = last.time.addingTimeInterval(wait)
            if last.occasion == occasion, next > now() { return (last.failure, next) }
        }
        var failure: RegistryError?
        do {
            try await sweep(root, of: model, runs: runs)
        } catch let error as RegistryError where error.isUnavailable {
            failure = error
        }
        let look = Look(time: now(), occasion: occasion, failure: failure)
        looks.withLock { $0[model.key] = look }
        return (failure, now().addingTimeInterval(failure == nil ? Self.interval : retry))
    }

    /// Forgets a model that is gone.
    func forget(_ key: ObjectKey) { looks.withLock { $0[key] = nil } }

    /// Deletes everything in the folder of a version whose manifest is gone. What cannot be deleted now is found later.
    func remove(_ entry: Versions.Entry) async {
        guard let store = entry.manifest.store, Self.isRunFolder(store, of: entry.manifest.trainingJob.uid) else {
            return
        }
        do {
            try await clear(store, in: entry.metadata.namespace ?? "default")
        } catch {
            logger.warning(
                "objects of a deleted version stay for now",
                metadata: ["folder": "\(store.prefix)", "error": "\(error)"])
        }
    }

    /// Deletes all that a deleted model has published: each version's objects, then its manifest, so that a crash or a store
    /// that goes away leaves the rest named.
    ///
    /// - Throws: a ``RegistryError`` where a store cannot be used.
    func removeAll(of model: ForecastModel, _ versions: Versions) async throws {
        for entry in versions.entries + versions.doomed {
            guard let store = entry.manifest.store, Self.isRunFolder(store, of: entry.manifest.trainingJob.uid) else {
                continue
            }
            try await clear(RegistryFolder.current(store, of: model.spec), in: model.namespace)
            do {
                try await client.delete(
                    ConfigMap.self, entry.name, namespace: model.namespace,
                    options: DeleteOptions(uid: entry.metadata.uid))
            } catch let error as KubernetesError where error.isNotFound {}
        }
        if let folder = model.spec.registry?.s3 {
            try await clear(RegistryFolder.root(folder, of: model), in: model.namespace)
        }
    }

    private func clear(_ store: VersionManifest.Store, in namespace: String) async throws {
        let folder = try await access.chunks(in: store, namespace: namespace)
        try await remove(folder.list().objects.map(\.key), below: store.prefix, from: folder)
    }

    /// - Parameter runs: the model's runs as the informer knows them. Where by them nothing is to go, the server is not asked: no
    ///   selector finds the runs of a model, and a namespace may hold thousands of both.
    private func sweep(_ root: VersionManifest.Store, of model: ForecastModel, runs: [TrainingJob]) async throws {
        let folder = try await access.chunks(in: root, namespace: model.namespace)
        guard !(try await surplus(in: folder, root, of: model, runs: runs)).isEmpty else { return }
        // The order is what makes it safe, see `RegistrySweep`.
        let runs = try await client.list(TrainingJob.self, namespace: model.namespace).items
        let surplus = try await surplus(in: folder, root, of: model, runs: runs)
        for key in surplus { try await folder.remove(key) }
        if !surplus.isEmpty {
            logger.info(
                "objects that no version needs are deleted",
                metadata: [
                    "model": "\(model.key)", "objects": "\(surplus.count)",
                ])
        }
    }

    private func surplus(
        in folder: ObjectChunks, _ root: VersionManifest.Store, of model: ForecastModel, runs: [TrainingJob]
    ) async throws -> [String] {
        let selector =
            "\(ArtifactLabels.kind) in (\(ArtifactLabels.manifest),\(ArtifactLabels.shard)),"
            + "\(Labels.model)=\(Labels.value(model.name))"
        let maps = try await client.list(
            ConfigMap.self, namespace: model.namespace, options: ListOptions(labelSelector: selector)
        ).items
        let manifests = maps.compactMap { try? ClusterRegistry.manifest(in: $0.object) }
        let listing = try await folder.list()
        guard manifests.count == maps.count else {
            // Nobody knows what such a manifest names.
            logger.warning(
                "the object store is not cleared: a manifest cannot be read", metadata: ["model": "\(model.key)"])
            return []
        }
        return RegistrySweep.surplus(
            listing, root: root, manifests: manifests,
            runs: runs.map { RegistrySweep.Run(uid: $0.uid, isFinished: $0.isFinished) }, now: now())
    }

    /// Deletes those of the keys that are called as ours are.
    private func remove(_ keys: [String], below prefix: String, from folder: ObjectChunks) async throws {
        for key in keys {
            guard let digest = key.split(separator: "/").last, RegistryFolder.isDigest(digest), key.hasPrefix(prefix)
            else {
                continue
            }
            try await folder.remove(key)
        }
    }

    /// Whether a folder is one run's own: a manifest is written by a pod, and must not name what is not the pod's.
    private static func isRunFolder(_ store: VersionManifest.Store, of run: String) -> Bool {
        !run.isEmpty && store.prefix.hasSuffix("/\(run)/")
    }
}
