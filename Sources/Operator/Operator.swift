import Autoscaler
public import Foundation
public import KubernetesClient
public import Logging
import ModelRegistry
public import ServiceLifecycle
import Threading

/// The composition root: everything that runs in an operator process, and who talks to whom.
public struct Operator: Service {
    private let services: [any Service]
    private let logger: Logger
    let client: KubernetesClient
    let namespace: String?
    let reviews: AccessReviews?

    /// Wires an operator.
    ///
    /// - Parameters:
    ///   - client: the cluster.
    ///   - registry: where metrics go; it is served at `/metrics` and has to be bootstrapped by the caller.
    ///   - now: the wall clock.
    public init(
        client: KubernetesClient, settings: OperatorSettings, registry: PrometheusRegistry,
        now: @escaping @Sendable () -> Date = { Date() }, logger: Logger
    ) {
        // Status holds whole seconds, so the reconcilers' clock does too: what is written equals what is read back.
        let clock: @Sendable () -> Date = { Date(timeIntervalSince1970: now().timeIntervalSince1970.rounded(.down)) }

        // What is watched.
        let idle = settings.watchIdleTimeout
        let models = Informer(
            client: client, ForecastModel.self, options: .init(namespace: settings.namespace, idleTimeout: idle),
            indexes: [
                Cluster.byTarget: { model in model.spec.targetRef.map { ["\(model.namespace)/\($0.name)"] } ?? [] },
                Cluster.byLabel: { ["\($0.namespace)/\(Labels.value($0.name))"] },
                Cluster.templates: { $0.spec.isTemplate ? [$0.namespace] : [] },
                Cluster.byTemplate: { $0.template.map { [$0.uid] } ?? [] },
            ],
            outline: { ForecastModel(outlineOf: $0) })
        let runs = Informer(
            client: client, TrainingJob.self, options: .init(namespace: settings.namespace, idleTimeout: idle),
            indexes: [Cluster.byModel: { ["\($0.namespace)/\($0.spec.modelRef.name)"] }])
        let jobs = Informer(
            client: client, Job.self,
            options: .init(
                namespace: settings.namespace, labelSelector: Labels.trainingJob, idleTimeout: idle))
        let deployments = Informer(
            client: client, Deployment.self,
            options: .init(
                namespace: settings.namespace, managedFields: .of(manager: FieldOwnership.manager), idleTimeout: idle),
            indexes: [Cluster.byNamespace: { [$0.metadata.namespace ?? ""] }],
            transform: Self.strip)
        let outputs = Informer(
            client: client, Job.self,
            options: .init(
                namespace: settings.namespace, labelSelector: ForecastOutputJob.label, idleTimeout: idle),
            indexes: [Cluster.byOwner: { job in job.metadata.controller.map { [$0.uid] } ?? [] }])
        let manifests = Informer(
            client: client, ConfigMap.self,
            options: .init(
                namespace: settings.namespace, labelSelector: "\(ArtifactLabels.kind)=\(ArtifactLabels.manifest)",
                idleTimeout: idle),
            indexes: [
                VersionStore.byModel: { ["\($0.metadata.namespace ?? "")/\($0.metadata.labels[Labels.model] ?? "")"] }
            ])

        // What reads and writes, where an election is held in the leader alone.
        let leadership = Leadership()
        let writing = settings.electsLeader ? client.fenced { leadership.isHeld } : client
        let cluster = Cluster(
            client: writing, models: models.store, trainingJobs: runs.store, jobs: jobs.store,
            deployments: deployments.store, outputs: outputs.store, memory: WriteMemory(models.store))
        models.onEvent { cluster.memory.catchUp(with: $0.object) }
        let index = OverviewIndex(of: models.store)
        models.onEvent(index.note)
        let outages = StoreOutages(pause: .seconds(settings.registryRetry / 2))
        let access = ObjectAccess.secrets(of: writing, outages: outages) { [models = models.store] store, namespace in
            // Of the model that the version is of, where it still names the bucket: its Secrets may have got other names.
            let model = RegistryFolder.model(of: store).flatMap { models.get(namespace: namespace, name: $0) }
            return RegistryFolder.current(store, of: model?.spec)
        }
        let keeper = RegistryKeeper(
            client: writing, access: access, retry: settings.registryRetry, now: clock, logger: logger)
        let chunks = ClusterRegistry(client: writing, objects: access)
        let artifacts = ArtifactCache(registry: chunks)
        let versions = VersionStore(
            client: writing, manifests: manifests.store, artifacts: artifacts, logger: logger)
        let events = EventRecorder(client: client, component: "presage", instance: settings.identity, logger: logger)

        // What decides.
        let modelController = Controller(
            name: "forecastmodel", workers: settings.workers, logger: logger,
            reconciler: ForecastModelReconciler(
                cluster: cluster, versions: versions, artifacts: artifacts,
                forecasts: ForecastMemory(artifacts), registry: keeper, writer: DeploymentWriter(client: writing),
                autoscalers: PodAutoscalers(client: writing, logger: logger), trainerImage: settings.trainerImage,
                events: events, now: clock, logger: logger))
        let slots = TrainingSlots(limit: settings.maxTrainings)
        let runController = Controller(
            name: "trainingjob", workers: settings.workers, logger: logger,
            reconciler: TrainingJobReconciler(
                cluster: cluster, versions: versions, registry: keeper, events: events,
                trainerImage: settings.trainerImage, podInterval: settings.podInterval, slots: slots, now: clock,
                logger: logger))

        let releaseController = Controller(
            name: "release", workers: 1, logger: logger,
            reconciler: ReleaseReconciler(cluster: cluster, writer: DeploymentWriter(client: writing), events: events))

        // Who wakes whom.
        modelController.watch(models)
        modelController.watch(runs, mapping: { [Self.key($0.object.namespace, $0.object.spec.modelRef.name)] })
        modelController.watch(manifests, mapping: { Self.models(named: $0.object, in: models.store) })
        modelController.watch(
            outputs,
            mapping: { event in
                event.object.metadata.controller.map { [Self.key(event.object.metadata.namespace ?? "", $0.name)] }
                    ?? []
            })
        modelController.watch(
            deployments,
            mapping: { $0.changesWhatIsRead ? Self.models(scaling: $0.object.key, in: models.store) : [] })
        // What one model gives up another may have waited for.
        modelController.watch(
            models,
            mapping: { event in
                guard event.isSpecChange else { return [] }
                return ReleaseReconciler.targets(event).flatMap { Self.models(scaling: $0, in: models.store) }
            })
        // Templates follow the Deployments that they match, the models that they have made, and those that go before them.
        modelController.watch(models, mapping: { Cluster.templates(concernedBy: $0, in: models.store) })
        modelController.watch(deployments, mapping: { Cluster.templates(concernedBy: $0, in: models.store) })
        releaseController.watch(models, mapping: ReleaseReconciler.targets)
        releaseController.watch(deployments, mapping: { Cluster.isReleased($0.object) ? [] : [$0.object.key] })
        runController.watch(runs)
        runController.watch(jobs, mapping: { [$0.object.key] + slots.follow($0) })
        // A run that ends or goes, or a model that appears, lets the runs that wait for it go on.
        runController.watch(
            runs,
            mapping: { event in
                guard event.isDeletion || event.object.isFinished else { return [] }
                return cluster.runs(ofModel: event.object.spec.modelRef.name, in: event.object.namespace)
                    .filter { !$0.isFinished }.map(\.key)
            })
        runController.watch(
            models,
            mapping: {
                cluster.runs(ofModel: $0.object.name, in: $0.object.namespace).filter { !$0.isFinished }.map(\.key)
            })

        // What is shown elsewhere.
        let mlflowController = settings.mlflow.map { mlflow in
            Controller(
                name: "mlflow", workers: 1, limits: MLflowMirror.limits(longest: settings.mlflowRetry), logger: logger,
                reconciler: MLflowMirror(
                    mlflow: MLflowClient(configuration: mlflow), cluster: cluster, versions: versions,
                    registry: chunks, logger: logger))
        }
        mlflowController?.watch(models)
        mlflowController?.watch(manifests, mapping: { Self.models(named: $0.object, in: models.store) })
        mlflowController?.watch(
            runs,
            mapping: {
                $0.object.isFinished ? [Self.key($0.object.namespace, $0.object.spec.modelRef.name)] : []
            })

        // What runs: every replica watches and serves, one decides.
        let readiness: KeyValuePairs<String, @Sendable () -> Bool> = [
            "forecastmodels.presage.dev": { models.hasSynced }, "trainingjobs.presage.dev": { runs.hasSynced },
            "deployments.apps": { deployments.hasSynced }, "configmaps": { manifests.hasSynced },
            "jobs.batch": { jobs.hasSynced && outputs.hasSynced },
        ]
        reviews = settings.authorizationMode == .webhook ? AccessReviews(of: client) : nil
        let control = reviews.map { AccessControl(reviews: $0, logger: logger) }
        let server = HTTPServer(
            registry: registry,
            models: ModelsAPI(
                models: models.store, deployments: deployments.store, versions: versions, artifacts: artifacts,
                index: index, turns: Turns(atOnce: settings.answersAtOnce, mostWaiting: settings.answersWaiting),
                namespace: settings.namespace, access: control, now: clock),
            access: control,
            awaited: { readiness.filter { !$0.value() }.map(\.key) })
        let deciding: [any Service] =
            [modelController, releaseController, runController, Census(models: models, runs: runs)]
            + (mlflowController.map { [$0] } ?? [])
        services =
            [models, runs, jobs, deployments, manifests, outputs, events]
            + [
                Listener(
                    service: server.application(
                        host: settings.host, port: settings.port, certificate: settings.certificate, logger: logger),
                    address: "\(settings.host):\(settings.port)")
            ]
            + (settings.electsLeader
                ? [Self.elector(leadership, client: client, settings: settings, services: deciding, logger: logger)]
                : deciding)
        self.logger = logger
        self.client = client
        namespace = settings.namespace
    }

    /// Runs until the task is cancelled or a graceful shutdown begins, and gives the Lease back.
    public func run() async throws {
        try await ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                logger: logger)
        ).run()
    }

    /// Runs the controllers in the leader. A process that has led and lost the Lease ends, as controller-runtime's do:
    /// starting over is simpler to trust than going on.
    private static func elector(
        _ leadership: Leadership, client: KubernetesClient, settings: OperatorSettings, services: [any Service],
        logger: Logger
    ) -> LeaderElector {
        let hasLed = Locked(false)
        let elector = LeaderElector(
            client: client,
            options: .init(
                name: "presage-operator", namespace: settings.leaseNamespace, identity: settings.identity),
            logger: logger
        ) {
            guard
                hasLed.withLock({ led in
                    defer { led = true }; return !led
                })
            else {
                throw OperatorError(.leadershipLost, "the Lease was lost and won again; ending, to be started afresh")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { try await service.run() } }
                try await group.waitForAll()
            }
        }
        leadership.follow(elector)
        return elector
    }

    /// Of a Deployment only what is read is kept: the replicas, the containers' resources, which of the init containers are
    /// sidecars, what keeps its pods from coming up, and who owns which of its fields.
    static func strip(_ deployment: inout Deployment) {
        func keep(_ fields: [String], of containers: [JSONValue]) -> JSONValue {
            .array(
                containers.map { container in
                    var kept = JSONObject()
                    for field in fields { kept[field] = container[key: field] }
                    return .object(kept)
                })
        }
        let pod: JSONValue = [
            "containers": keep(["name", "resources"], of: deployment.containers),
            "initContainers": keep(["name", "restartPolicy", "resources"], of: deployment.initContainers),
        ]
        let complaints = keep(["type", "status", "reason", "message"], of: deployment.complaints)
        deployment.metadata.annotations = [:]
        deployment.metadata.managedFields.removeAll { $0.manager != FieldOwnership.manager }
        var content: JSONObject = [
            "spec": ["replicas": .int(Int64(deployment.replicas)), "template": ["spec": pod]]
        ]
        if !deployment.complaints.isEmpty { content["status"] = ["conditions": complaints] }
        deployment.object.content = content
    }

    private static func key(_ namespace: String, _ name: String) -> ObjectKey {
        ObjectKey(namespace: namespace, name: name)
    }

    private static func models(named manifest: ConfigMap, in models: Store<ForecastModel>) -> [ObjectKey] {
        guard let namespace = manifest.metadata.namespace, let label = manifest.metadata.labels[Labels.model] else {
            return []
        }
        return models.list(index: Cluster.byLabel, value: "\(namespace)/\(label)").map(\.key)
    }

    private static func models(scaling deployment: ObjectKey, in models: Store<ForecastModel>) -> [ObjectKey] {
        models.list(index: Cluster.byTarget, value: "\(deployment)").map(\.key)
    }
}
