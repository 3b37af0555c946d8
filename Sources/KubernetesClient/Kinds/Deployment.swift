/// A Deployment.
public struct Deployment: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(group: "apps", version: "v1", plural: "deployments", kind: "Deployment", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// The number of pods wanted.
    public var replicas: Int { self["spec", "replicas"]?.intValue ?? 1 }
    /// The pods' template.
    public var template: JSONValue { self["spec", "template"] ?? [:] }
    /// The containers of the pods' template.
    public var containers: [JSONValue] { self["spec", "template", "spec", "containers"]?.arrayValue ?? [] }
    /// The init containers of the pods' template; one whose `restartPolicy` is `Always` is a sidecar.
    public var initContainers: [JSONValue] { self["spec", "template", "spec", "initContainers"]?.arrayValue ?? [] }
    /// The containers that run as long as the pod does: its containers and native sidecars.
    public var runningContainers: [JSONValue] { containers + initContainers.filter { $0["restartPolicy"] == "Always" } }
    /// The conditions that say what keeps the pods of the template from coming up, the most telling one first.
    public var complaints: [JSONValue] {
        let all = self["status", "conditions"]?.arrayValue ?? []
        // A paused one that has nothing to roll out keeps nobody waiting.
        let isWaiting = updatedReplicas == 0 || updatedReplicas < replicas
        return all.filter { $0["type"] == "ReplicaFailure" && $0["status"] == "True" }
            + all.filter { $0["type"] == "Progressing" && $0["status"] == "False" }
            + all.filter { $0["type"] == "Progressing" && $0["reason"] == "DeploymentPaused" && isWaiting }
    }
    /// The generation that the Deployment controller has seen.
    public var observedGeneration: Int64? { self["status", "observedGeneration"]?.intValue.map(Int64.init) }
    /// The number of pods that run the current template.
    public var updatedReplicas: Int { self["status", "updatedReplicas"]?.intValue ?? 0 }
    /// The number of pods that are available.
    public var availableReplicas: Int { self["status", "availableReplicas"]?.intValue ?? 0 }

    /// Whether the rollout of the current generation is complete.
    public var isRolledOut: Bool {
        (observedGeneration ?? 0) >= (metadata.generation ?? 0) && updatedReplicas >= replicas
            && (self["status", "replicas"]?.intValue ?? 0) <= updatedReplicas && availableReplicas >= updatedReplicas
    }
}
