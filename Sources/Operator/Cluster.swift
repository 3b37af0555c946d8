import Autoscaler
import Foundation
import KubernetesClient
import Logging
import ModelRegistry

/// What the reconcilers read and write: the informers' stores, and the client for what is not cached.
struct Cluster: Sendable {
    let client: KubernetesClient
    let models: Store<ForecastModel>
    let trainingJobs: Store<TrainingJob>
    let jobs: Store<Job>
    let deployments: Store<Deployment>
    /// The Jobs that write forecasts out.
    let outputs: Store<Job>

    let memory: WriteMemory
    /// What was applied to the models of templates.
    let applied = InstanceMemory()

    /// The index of training runs by `<namespace>/<model>`.
    static let byModel = "model"
    /// The index of models by `<namespace>/<target>`.
    static let byTarget = "target"
    /// The index of models by `<namespace>/<label>`: the value that their objects' label has.
    static let byLabel = "label"
    /// The index of the Jobs that write forecasts by the UID of their model.
    static let byOwner = "owner"

    /// Whether no field of a Deployment is ours.
    static func isReleased(_ deployment: Deployment) -> Bool {
        !deployment.metadata.managedFields.contains {
            $0.manager == FieldOwnership.manager && $0.operation == "Apply"
        }
    }

    /// Whether a model is to scale a Deployment.
    func isScaled(_ deployment: ObjectKey) -> Bool {
        models(naming: deployment).contains { $0.spec.scaling.mode == .apply }
    }

    /// The models that name a Deployment, and the outlines of those that cannot be read: what they own stays theirs.
    func models(naming deployment: ObjectKey) -> [ForecastModel] {
        models.list(index: Self.byTarget, value: "\(deployment)")
            + models.outlines(index: Self.byTarget, value: "\(deployment)")
    }

    /// The model that a run names; nil where there is none.
    func model(of job: TrainingJob) -> ForecastModel? {
        models.get(namespace: job.namespace, name: job.spec.modelRef.name)
    }

    /// The runs of a model.
    func runs(ofModel name: String, in namespace: String) -> [TrainingJob] {
        trainingJobs.list(index: Self.byModel, value: "\(namespace)/\(name)")
    }

    /// The models that scale a model's target or recommend for it, the model itself among them.
    func models(sharingTargetOf model: ForecastModel) -> [ForecastModel] {
        guard let target = model.spec.targetRef else { return [] }
        return models(naming: ObjectKey(namespace: model.namespace, name: target.name))
    }

    /// The Deployment that a model scales, as it was last seen.
    func target(of model: ForecastModel) -> Deployment? {
        model.spec.targetRef.flatMap { deployments.get(namespace: model.namespace, name: $0.name) }
    }

    /// Creates an object, or gets the one of that name.
    ///
    /// - Parameter isExpected: whether an earlier try may have made it, so that it is looked for first.
    /// - Returns: the existing object, nil where it was created.
    func createOrGet(_ object: JSONValue, isExpected: Bool = false) async throws -> KubernetesObject? {
        let object = try KubernetesObject(json: object)
        if isExpected, let existing = try await find(object) { return existing }
        do {
            _ = try await client.create(object, options: WriteOptions(fieldManager: FieldOwnership.manager))
            return nil
        } catch let error as KubernetesError where error.code == .alreadyExists || error.isStorageFull {
            // The server counts an object for a quota before it looks whether it is there: what an earlier try made with the
            // last room is refused, and exists.
            guard let existing = try await find(object) else { throw error }
            return existing
        }
    }

    private func find(_ object: KubernetesObject) async throws -> KubernetesObject? {
        try await client.find(
            KubernetesObject.self, object.metadata.name, namespace: object.metadata.namespace,
            definition: object.resourceDefinition)
    }

    /// Writes a run's status where it says something new.
    func writeStatus(_ status: TrainingJobStatus, of job: TrainingJob) async throws {
        guard status != job.status else { return }
        var job = job
        job.status = status
        _ = try await client.updateStatus(job, options: WriteOptions(fieldManager: FieldOwnership.manager))
    }

    /// Writes a model's status where it says something new.
    ///
    /// What was done must be known, or the next change would not wait for the cooldown of this one: where somebody has changed
    /// the model meanwhile, and not its status, it is written all the same. The change wakes the reconciler again.
    func writeStatus(_ status: ForecastModelStatus, of model: ForecastModel) async throws {
        guard status != model.status else { return }
        var updated = model
        updated.status = status
        let options = WriteOptions(fieldManager: FieldOwnership.manager)
        do {
            memory.remember(try await client.updateStatus(updated, options: options))
        } catch let error as KubernetesError where error.code == .conflict {
            let live = try? await client.get(ForecastModel.self, model.name, namespace: model.namespace)
            guard let live, live.uid == model.uid, live.status == model.status else { throw error }
            (updated.metadata, updated.spec) = (live.metadata, live.spec)
            memory.remember(try await client.updateStatus(updated, options: options))
        }
    }

    /// Says in the conditions of an object that cannot be read why that is; the rest of its status stays as it is.
    ///
    /// - Parameters:
    ///   - conditions: the types to set, each with its value.
    ///   - message: what to say.
    /// - Returns: whether that is news.
    func report(
        _ unreadable: UnreadableObject, of definition: ResourceDefinition,
        _ conditions: KeyValuePairs<String, Condition.Status>, _ message: String, at now: Date
    ) async throws -> Bool {
        let metadata = unreadable.json["metadata"]
        let known = unreadable.json["status", "conditions"].flatMap { try? $0.decode([Condition].self) } ?? []
        let generation = metadata?["generation"]?.intValue
        var updated = known
        for (type, status) in conditions {
            updated.set(
                Condition(
                    type: type, status: status, reason: "Unreadable", message: message,
                    observedGeneration: generation, lastTransitionTime: now))
        }
        guard updated != known else { return false }
        var status: JSONObject = ["conditions": try JSONValue(encoding: updated)]
        if let generation { status["observedGeneration"] = .int(Int64(generation)) }
        do {
            _ = try await client.patch(
                KubernetesObject.self, metadata?["name"]?.stringValue ?? "",
                namespace: metadata?["namespace"]?.stringValue,
                .merge([
                    "metadata": ["resourceVersion": metadata?["resourceVersion"] ?? .null], "status": .object(status),
                ]),
                subresource: "status", options: WriteOptions(fieldManager: FieldOwnership.manager),
                definition: definition)
        } catch let error as KubernetesError where error.code == .invalid || error.isNotFound {
            // A schema of today may refuse the object as it stands, its status with it; the Event and the log say it then.
        }
        return true
    }

    /// Deletes a Job and its pods.
    func delete(_ job: Job) async throws {
        do {
            try await client.delete(
                Job.self, job.metadata.name, namespace: job.metadata.namespace,
                options: DeleteOptions(propagation: .background, uid: job.metadata.uid))
        } catch let error as KubernetesError where error.isNotFound {}
    }

    /// Deletes a run and, through its owner references, its objects.
    func delete(_ job: TrainingJob) async throws {
        do {
            try await client.delete(
                TrainingJob.self, job.name, namespace: job.namespace,
                options: DeleteOptions(propagation: .background, uid: job.metadata.uid))
        } catch let error as KubernetesError where error.isNotFound {}
    }
}
