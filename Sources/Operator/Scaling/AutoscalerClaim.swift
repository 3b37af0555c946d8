public import Autoscaler
public import KubernetesClient

/// What a HorizontalPodAutoscaler decides by, where that is a Deployment's requests.
///
/// One that scales by CPU in percent of the request measures all pods' use against all pods' requests. A pod's request is a
/// share of the predicted total, so that all of them together stay the same however many pods there are, and with them that
/// percentage: the autoscaler adds pods, each gets a smaller request, and neither comes to an end before `maxReplicas`. So
/// whoever decides by a request is the one who decides about it.
public struct AutoscalerClaim: Hashable, Sendable {
    /// The autoscaler's name.
    public var name: String
    /// The Deployment that it scales.
    public var deployment: String
    /// The resources whose requests it goes by.
    public var resources: Set<ResourceName>

    /// The claim of an autoscaler of any version; nil where it makes none on a Deployment's requests.
    public init?(name: String, spec: JSONValue?) {
        let target = spec?["scaleTargetRef"]
        guard target?["kind"] == "Deployment", let deployment = target?["name"]?.stringValue else { return nil }
        self.name = name
        self.deployment = deployment
        resources = []
        for metric in spec?["metrics"]?.arrayValue ?? [] {
            let source = metric["resource"] ?? metric["containerResource"]
            guard source?["target", "type"] == "Utilization", let name = source?["name"]?.stringValue else {
                continue
            }
            if let resource = ResourceName(rawValue: name) { resources.insert(resource) }
        }
        // What an API server fills in where no metric is named.
        if spec?["metrics"] == nil { resources = [.cpu] }
        if resources.isEmpty { return nil }
    }

    /// The one that counts of several on a Deployment: the same, whoever asks.
    public static func first(_ left: AutoscalerClaim, _ right: AutoscalerClaim) -> AutoscalerClaim {
        left.name < right.name ? left : right
    }

    /// What is not set, why, and what to do, as a sentence.
    public var message: String {
        let resources = resources.map(\.rawValue).sorted().joined(separator: " and ")
        return
            "HorizontalPodAutoscaler \(name) scales Deployment \(deployment) by \(resources) in percent of the request, so "
            + "that is not set: each would answer to the other, up to maxReplicas. Let it go by another metric, such as "
            + "an AverageValue, or leave \(resources) out of spec.scaling.containers[].controlledResources"
    }
}
