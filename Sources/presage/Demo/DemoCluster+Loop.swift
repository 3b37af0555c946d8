import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Operator

extension DemoCluster {
    /// Waits until the server knows a kind.
    func waitUntilEstablished(_ name: String) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let definition = try await client.find(CustomResourceDefinition.self, name)
            let conditions = definition?["status", "conditions"]?.arrayValue ?? []
            if conditions.contains(where: {
                $0["type"]?.stringValue == "Established" && $0["status"]?.stringValue == "True"
            }) {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DemoError("the CustomResourceDefinition \(name) was not established within 30 s")
    }

    /// The requests and limits of the workload's containers; none where there is no Deployment.
    func resources(of workload: DemoWorkload) async throws -> DemoRecord.Resources {
        guard !workload.history.containers.isEmpty else { return [:] }
        let deployment = try await client.get(Deployment.self, workload.name, namespace: DemoWorkload.namespace)
        var all: DemoRecord.Resources = [:]
        for container in deployment.containers {
            guard let name = container["name"]?.stringValue else { continue }
            for list in ["requests", "limits"] {
                for (resource, value) in container["resources"]?[key: list]?.objectValue ?? [:] {
                    all[.init(container: name, list: list, resource: resource)] = try Quantity(value.stringValue ?? "")
                }
            }
        }
        return all
    }

    /// The managers that server-side apply names as owners of the workload's fields.
    func owners(of workload: DemoWorkload) async throws -> [String] {
        guard !workload.history.containers.isEmpty else { return [] }
        let deployment = try await client.get(Deployment.self, workload.name, namespace: DemoWorkload.namespace)
        return deployment.metadata.managedFields.map { "\($0.manager ?? "?") (\($0.operation ?? "?"))" }
    }

    /// Waits until a run has ended, well or not.
    func finished(_ name: String, alive: () throws -> Void) async throws -> DemoRecord.Run {
        try await wait(for: TrainingJob.self, name, alive: alive) { job in
            guard let status = job.status, status.phase?.isFinished == true else { return nil }
            return DemoRecord.Run(name: name, status: status)
        }
    }

    /// Waits until a version serves and the target is as it recommends, or the model says why it is not.
    func settled(
        _ name: String, version: Int, artifact: String? = nil, alive: () throws -> Void
    ) async throws -> ForecastModel {
        try await wait(for: ForecastModel.self, name, alive: alive) { model in
            guard let status = model.status, status.production?.version == version else { return nil }
            // A run that was refused leaves the same version, fitted to newer data.
            guard artifact == nil || status.production?.artifact == artifact else { return nil }
            guard model.spec.targetRef != nil else { return model }
            // The version that serves has to be the one that was recommended from.
            guard status.recommendation?.version == version, let scaled = status.conditions?["Scaled"] else {
                return nil
            }
            return scaled.status == .true || scaled.reason != "TargetNotFound" ? model : nil
        }
    }

    /// The models that serve.
    func artifact(of model: ForecastModel?) async throws -> ModelArtifact? {
        guard let model, let name = model.status?.production?.artifact else { return nil }
        let registry = ClusterRegistry(client: client)
        let manifest = try await registry.manifest(name, namespace: DemoWorkload.namespace)
        return try await registry.load(manifest, namespace: DemoWorkload.namespace)
    }
}
