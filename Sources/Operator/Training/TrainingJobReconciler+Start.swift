import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry

extension TrainingJobReconciler {
    /// Makes the run's objects. All are made once: a second call finds them.
    func start(_ job: TrainingJob, of model: ForecastModel) async throws {
        var start: PendingStarts.Start
        if let pending = starts.start(of: job.key, uid: job.uid) {
            start = pending
        } else {
            start = try await begin(job, of: model)
        }
        // Kept for a failure that may be over in a moment. Others may last, and what the start rests on be another by then.
        starts.forget(job.key)
        while let object = start.left.first {
            do {
                let found = try await cluster.createOrGet(object, isExpected: start.isExpected || start.isTried)
                if let found { try Self.require(found, isOf: job) }
            } catch let error as KubernetesError where !error.isRefused && !error.isStorageFull {
                start.isTried = true
                starts.remember(start, of: job.key)
                throw error
            }
            start.left.removeFirst()
            start.isTried = false
        }
    }

    /// Writes the run's document down and works out what else is to be made.
    private func begin(_ job: TrainingJob, of model: ForecastModel) async throws -> PendingStarts.Start {
        let current = try await versions.live(model)
        let artifact = TrainingObjects.Names(job: job.name).artifact
        guard !(current.entries + current.doomed).contains(where: { $0.name == artifact && !$0.isMade(by: job) }) else {
            throw RegistryError(
                .nameTaken,
                "an earlier TrainingJob \(job.name) made a version that is kept; delete this run and make it again under another name, or with metadata.generateName"
            )
        }
        let champion = current.production(pinned: model.spec.promotion.pinnedVersion)
        let previous = model.spec.promotion.automaticRollback.enabled ? current.previous(of: champion) : nil
        let made = try TrainingRunBuilder.run(
            for: job, of: model, champion: champion, previous: previous,
            trainedSpec: current.newestOfSpec?.modelSpec,
            containers: cluster.target(of: model)?.runningContainers.compactMap { $0["name"]?.stringValue },
            asOf: now())
        var objects = TrainingObjects(
            job: job, defaultImage: trainerImage, run: made,
            document: try JSONValue(encoding: made).jsonString([.pretty]),
            championConfigMaps: champion?.configMaps ?? [], previousConfigMaps: previous?.configMaps ?? [])

        // The document is made first and never changed. Where it exists, an earlier try got this far, the champion it names is
        // the one to mount, and what else it made is only read.
        let existing = try await cluster.createOrGet(objects.runConfigMap)
        if let existing {
            try Self.require(existing, isOf: job)
            let run = try FleetMerge.document(in: existing)
            let name = run.champion?.manifest
            objects = TrainingObjects(
                job: job, defaultImage: trainerImage, run: run,
                document: existing["data", "run.json"]?.stringValue ?? "",
                championConfigMaps: current.entries.first { $0.name == name }?.configMaps ?? [],
                previousConfigMaps: current.entries.first { $0.name == run.previous?.manifest }?.configMaps ?? [])
        }
        // Before anything is allowed to anybody: it may be that no pod can be made of the settings.
        let kubernetesJob = try objects.kubernetesJob()
        let rights = [objects.role, objects.roleBinding]
        let account = job.spec.pod?.serviceAccountName == nil ? [objects.serviceAccount] : []
        return PendingStarts.Start(
            uid: job.uid, left: account + rights + [kubernetesJob], isExpected: existing != nil)
    }

    /// Refuses an object of another owner: one that is left of a deleted run of this name is collected in a moment, and would
    /// go from under this run.
    private static func require(_ object: KubernetesObject, isOf job: TrainingJob) throws(OperatorError) {
        guard object.metadata.controller?.uid != job.uid else { return }
        throw OperatorError(
            .nameTaken,
            "\(object.kind) \(object.metadata.name) is not this run's: it is left of a deleted run of the name \(job.name), and goes in a moment, or somebody else's; if it stays, give this run another name"
        )
    }
}
