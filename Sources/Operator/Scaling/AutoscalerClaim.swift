public import Autoscaler
public import KubernetesClient

/// What an autoscaler decides of a Deployment's requests, or decides by.
///
/// A HorizontalPodAutoscaler that scales by CPU in percent of the request measures all pods' use against all pods' requests. A
/// pod's request is a share of the predicted total, so that all of them together stay the same however many pods there are,
/// and with them that percentage: the autoscaler adds pods, each gets a smaller request, and neither comes to an end before
/// `maxReplicas`. A VerticalPodAutoscaler writes over the requests of each pod as it is made, so that ours would cost a rollout
/// and reach none. Whoever decides about a request, or by it, is the one who has it.
public struct AutoscalerClaim: Hashable, Sendable {
    package static let horizontal = "HorizontalPodAutoscaler"
    package static let vertical = "VerticalPodAutoscaler"

    /// The autoscaler's name.
    public var name: String
    /// The Deployment that it scales.
    public var deployment: String
    private var kind: String
    /// Which resources of which container; ``ContainerPolicy/everyOther`` is for those that are not named.
    private var resources: [String: Set<ResourceName>]

    /// The claim of an autoscaler of any version; nil where it makes none on a Deployment's requests, and of another kind.
    public init?(kind: String, name: String, spec: JSONValue?) {
        switch kind {
        case Self.horizontal: self.init(horizontal: name, spec)
        case Self.vertical: self.init(vertical: name, spec)
        default: return nil
        }
    }

    private init?(_ kind: String, _ name: String, on target: JSONValue?, _ resources: [String: Set<ResourceName>]) {
        guard target?["kind"] == "Deployment", let deployment = target?["name"]?.stringValue,
            resources.values.contains(where: { !$0.isEmpty })
        else { return nil }
        (self.kind, self.name, self.deployment, self.resources) = (kind, name, deployment, resources)
    }

    private init?(horizontal name: String, _ spec: JSONValue?) {
        let every = ContainerPolicy.everyOther
        // What an API server fills in where no metric is named.
        var resources: [String: Set<ResourceName>] = [every: spec?["metrics"] == nil ? [.cpu] : []]
        func byShare(_ source: String) -> [(ResourceName, container: String)] {
            (spec?["metrics"]?.arrayValue ?? []).compactMap { metric in
                guard let source = metric[key: source], source["target", "type"] == "Utilization",
                    let resource = source["name"]?.stringValue.flatMap(ResourceName.init(rawValue:))
                else { return nil }
                return (resource, source["container"]?.stringValue ?? every)
            }
        }
        for (resource, _) in byShare("resource") { resources[every]?.insert(resource) }
        let common = resources[every] ?? []
        for (resource, container) in byShare("containerResource") {
            resources[container, default: common].insert(resource)
        }
        self.init(Self.horizontal, name, on: spec?["scaleTargetRef"], resources)
    }

    private init?(vertical name: String, _ spec: JSONValue?) {
        guard spec?["updatePolicy", "updateMode"] != "Off" else { return nil }
        let every = ContainerPolicy.everyOther
        var resources: [String: Set<ResourceName>] = [every: Set(ResourceName.allCases)]
        for policy in spec?["resourcePolicy", "containerPolicies"]?.arrayValue ?? [] {
            let controlled = policy["controlledResources"]?.arrayValue?.compactMap {
                $0.stringValue.flatMap(ResourceName.init(rawValue:))
            }
            resources[policy["containerName"]?.stringValue ?? every] =
                policy["mode"] == "Off" ? [] : Set(controlled ?? ResourceName.allCases)
        }
        self.init(Self.vertical, name, on: spec?["targetRef"], resources)
    }

    /// What of a container is the autoscaler's.
    public func resources(of container: String) -> Set<ResourceName> {
        resources[container] ?? resources[ContainerPolicy.everyOther] ?? []
    }

    /// What is not set, why, and what to do, as a sentence.
    public var message: String {
        let claimed = resources.filter { !$0.value.isEmpty }
        let resources = claimed.values.reduce(Set<ResourceName>()) { $0.union($1) }.map(\.rawValue).sorted()
            .joined(separator: " and ")
        let containers =
            claimed[ContainerPolicy.everyOther] == nil
            ? " (container \(claimed.keys.sorted().joined(separator: ", ")))" : ""
        let elsewise = "leave \(resources) out of spec.scaling.containers[].controlledResources"
        if kind == Self.horizontal {
            return
                "\(kind) \(name) scales Deployment \(deployment)\(containers) by \(resources) in percent of the request, so that "
                + "is not set: each would answer to the other, up to maxReplicas. Let it go by another metric, such as an "
                + "AverageValue, or \(elsewise)"
        }
        return
            "\(kind) \(name) sets \(resources) of the pods of Deployment \(deployment)\(containers) as they are made, so that is "
            + "not set: it would cost a rollout and reach no pod. Set its spec.updatePolicy.updateMode to \"Off\", or \(elsewise)"
    }
}

extension [AutoscalerClaim] {
    /// What of each container is the autoscalers', for a decision.
    public func resources(of containers: [ContainerResources]) -> [String: Set<ResourceName>] {
        var resources: [String: Set<ResourceName>] = [:]
        for container in containers.map(\.name) {
            resources[container] = reduce(into: []) { $0.formUnion($1.resources(of: container)) }
        }
        return resources
    }

    /// Those on whose account a number is not changed that would be by more than the tolerance.
    public func keeping(_ changes: [ScalingDecision.Change], tolerancePercent: Int) -> [AutoscalerClaim] {
        let changes = changes.filter { $0.exceeds(tolerancePercent) }
        return filter { claim in changes.contains { claim.resources(of: $0.container).contains($0.resource) } }
    }
}
