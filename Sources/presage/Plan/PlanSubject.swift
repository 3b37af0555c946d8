import Autoscaler
import KubernetesClient
import Operator

/// A ForecastModel and the Deployment it names, read from manifests.
struct PlanSubject: Sendable {
    var name: String
    var namespace: String
    var spec: ForecastModelSpec
    /// Where the model stands.
    var manifest: Manifest
    /// The Deployment; nil where the model has no target.
    var target: Manifest?
    /// The target's containers and native sidecars with the resources they have now.
    var containers: [ContainerResources]
    /// Which of them are native sidecars.
    var sidecars: [String] = []
    /// How many pods the target has; nil where only the history tells.
    var replicas: Int?
    /// The autoscalers that go by the target's requests or set its pods', which are left to them as in a cluster.
    var autoscalers: [AutoscalerClaim] = []

    /// The models among manifests, each with its target.
    ///
    /// - Parameter only: names of models to keep; all where empty.
    static func all(in manifests: [Manifest], only: [String] = []) throws(PlanError) -> [PlanSubject] {
        let written = manifests.filter { $0.kind == "ForecastModel" && $0.apiVersion.hasPrefix("presage.dev/") }
        let deployments = manifests.filter { $0.kind == "Deployment" && $0.apiVersion.hasPrefix("apps/") }
        try refuseDuplicates(written)
        try refuseDuplicates(deployments)
        let models = try PlanTemplates.instantiated(written, for: deployments)
        for name in only where !models.contains(where: { $0.name == name }) {
            let known = models.map(\.name).joined(separator: ", ")
            throw PlanError(
                .missingObject, at: "",
                "there is no ForecastModel \(name) among the manifests; there is \(known.isEmpty ? "none" : known)"
            )
        }
        let chosen = only.isEmpty ? models : models.filter { only.contains($0.name) }
        guard !chosen.isEmpty else {
            throw PlanError(
                .missingObject, at: "", "there is no ForecastModel among the manifests; name the files that hold one")
        }
        var subjects: [PlanSubject] = []
        for model in chosen {
            var subject = try PlanSubject(model, deployments: deployments)
            let neighbors = manifests.filter { $0.namespace == model.namespace }
            subject.autoscalers = neighbors.compactMap {
                AutoscalerClaim(kind: $0.kind, name: $0.name, spec: $0.object["spec"])
            }.filter { $0.deployment == subject.target?.name }.sorted { $0.name < $1.name }
            // Where an autoscaler sets the number, what the manifest begins with says nothing of how many there are.
            if !neighbors.contains(where: subject.isTarget) {
                subject.replicas = subject.target?.object["spec", "replicas"]?.intValue
            }
            subjects.append(subject)
        }
        try refuseSharedTargets(subjects)
        return subjects
    }

    private init(_ manifest: Manifest, deployments: [Manifest]) throws(PlanError) {
        guard !manifest.name.isEmpty else {
            throw PlanError(.invalidField, at: manifest.place, "metadata.name: the ForecastModel needs a name")
        }
        guard manifest.apiVersion == "presage.dev/v1alpha1" else {
            throw PlanError(
                .invalidField, at: manifest.place,
                "apiVersion: \(manifest.apiVersion) is not known; this build reads presage.dev/v1alpha1")
        }
        name = manifest.name
        namespace = manifest.namespace
        self.manifest = manifest
        spec = try StrictSpec.read(manifest)
        containers = []
        guard let reference = spec.targetRef else { return }
        guard let target = deployments.first(where: { $0.name == reference.name && $0.namespace == manifest.namespace })
        else {
            let known = deployments.map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
            throw PlanError(
                .missingObject, at: manifest.place,
                "spec.targetRef: there is no Deployment \(manifest.namespace)/\(reference.name) among the manifests"
                    + (known.isEmpty ? "; pass the file that holds it too" : "; there is \(known)"))
        }
        self.target = target
        let pod = target.object["spec", "template", "spec"]
        let ordinary = try Self.containers(pod?["containers"]?.arrayValue ?? [], of: target)
        guard !ordinary.isEmpty else {
            throw PlanError(.invalidManifest, at: target.place, "Deployment \(target.name) has no containers")
        }
        let natives = (pod?["initContainers"]?.arrayValue ?? []).filter { $0["restartPolicy"] == "Always" }
        let sidecars = try Self.containers(natives, of: target)
        containers = ordinary + sidecars
        self.sidecars = sidecars.map(\.name)
    }

    /// Whether a HorizontalPodAutoscaler scales the target.
    private func isTarget(of autoscaler: Manifest) -> Bool {
        let reference = autoscaler.object["spec", "scaleTargetRef"]
        return autoscaler.kind == AutoscalerClaim.horizontal && reference?["kind"] == "Deployment"
            && reference?["name"]?.stringValue == target?.name
    }

    private static func containers(
        _ all: [JSONValue], of target: Manifest
    ) throws(PlanError) -> [ContainerResources] {
        var containers: [ContainerResources] = []
        for container in all {
            guard let name = container["name"]?.stringValue else {
                throw PlanError(
                    .invalidManifest, at: target.place, "a container of Deployment \(target.name) has no name")
            }
            do {
                let resources = try container["resources"]?.decode(ResourceRequirements.self) ?? ResourceRequirements()
                containers.append(ContainerResources(name: name, resources: resources))
            } catch {
                let why = (error as? DecodingError)?.fieldDescription ?? "\(error)"
                throw PlanError(
                    .invalidManifest, at: target.place,
                    "the resources of container \(name) of Deployment \(target.name) cannot be read: \(why)")
            }
        }
        return containers
    }

    private static func refuseDuplicates(_ manifests: [Manifest]) throws(PlanError) {
        var first: [String: Manifest] = [:]
        for manifest in manifests {
            let key = "\(manifest.namespace)/\(manifest.name)"
            if let other = first[key] {
                throw PlanError(
                    .duplicateObject, at: manifest.place,
                    "\(manifest.kind) \(key) stands in \(other.place) too; pass rendered manifests, such as the output "
                        + "of kubectl kustomize, or one of the two")
            }
            first[key] = manifest
        }
    }

    /// One model a Deployment: in a cluster the oldest holds it, and manifests have no age.
    private static func refuseSharedTargets(_ subjects: [PlanSubject]) throws(PlanError) {
        var first: [String: String] = [:]
        for subject in subjects where subject.spec.scaling.mode != .off {
            guard let target = subject.target else { continue }
            let key = "\(target.namespace)/\(target.name)"
            if let other = first[key] {
                throw PlanError(
                    .duplicateObject, at: subject.manifest.place,
                    "ForecastModels \(other) and \(subject.name) both scale Deployment \(key); a Deployment has one model"
                )
            }
            first[key] = subject.name
        }
    }
}
