import Autoscaler
import KubernetesClient
import Logging

/// Looks for HorizontalPodAutoscalers that go by a Deployment's requests.
///
/// One that scales by CPU in percent of the request measures all pods' use against all pods' requests. A pod's request is a
/// share of the predicted total, so that all of them together stay the same however many pods there are, and with them that
/// percentage: the autoscaler adds pods, each gets a smaller request, and neither comes to an end before `maxReplicas`. So
/// whoever decides by a request is the one who decides about it.
struct PodAutoscalers: Sendable {
    let client: KubernetesClient
    let logger: Logger

    /// What an autoscaler decides by.
    struct Claim: Hashable, Sendable {
        /// The autoscaler's name.
        var name: String
        /// The resources whose requests it goes by.
        var resources: Set<ResourceName>

        /// The claim of an autoscaler on a Deployment; nil where it makes none.
        init?(_ autoscaler: KubernetesObject, on deployment: String) {
            let target = autoscaler["spec", "scaleTargetRef"]
            guard target?["kind"] == "Deployment", target?["name"]?.stringValue == deployment else { return nil }
            name = autoscaler.metadata.name
            resources = []
            for metric in autoscaler["spec", "metrics"]?.arrayValue ?? [] {
                let source = metric["resource"] ?? metric["containerResource"]
                guard source?["target", "type"] == "Utilization", let name = source?["name"]?.stringValue else {
                    continue
                }
                if let resource = ResourceName(rawValue: name) { resources.insert(resource) }
            }
            // What an API server fills in where no metric is named.
            if autoscaler["spec", "metrics"] == nil { resources = [.cpu] }
            if resources.isEmpty { return nil }
        }
    }

    /// The claim on a Deployment; nil where there is none, or where the operator may not look.
    func claim(on deployment: String, in namespace: String) async throws -> Claim? {
        // Before 1.23 there is the beta alone, with the same fields.
        for version in ["v2", "v2beta2"] {
            let definition = ResourceDefinition(
                group: "autoscaling", version: version, plural: "horizontalpodautoscalers",
                kind: "HorizontalPodAutoscaler", namespaced: true)
            do {
                let all = try await client.listAll(KubernetesObject.self, namespace: namespace, definition: definition)
                return all.items.compactMap { Claim($0, on: deployment) }.min { $0.name < $1.name }
            } catch let error as KubernetesError where error.isNotFound {
                continue
            } catch let error as KubernetesError where error.code == .forbidden {
                logger.warning("an autoscaler of \(namespace)/\(deployment) would not be noticed: \(error.message)")
                return nil
            }
        }
        return nil
    }
}
