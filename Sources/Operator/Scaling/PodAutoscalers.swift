import Autoscaler
import KubernetesClient
import Logging

/// Looks for HorizontalPodAutoscalers that go by a Deployment's requests.
///
/// One that scales by CPU in percent of the request measures all pods' use against all pods' requests. A pod's request is a
/// share of the predicted total, so that all of them together stay the same however many pods there are, and with them that
/// percentage: the autoscaler adds pods, each gets a smaller request, and neither comes to an end before `maxReplicas`. So
/// whoever decides by a request is the one who decides about it.
actor PodAutoscalers {
    /// What an autoscaler decides by.
    struct Claim: Hashable, Sendable {
        /// The autoscaler's name.
        var name: String
        /// The Deployment that it scales.
        var deployment: String
        /// The resources whose requests it goes by.
        var resources: Set<ResourceName>

        /// The claim of an autoscaler; nil where it makes none on a Deployment's requests.
        init?(_ autoscaler: KubernetesObject) {
            let target = autoscaler["spec", "scaleTargetRef"]
            guard target?["kind"] == "Deployment", let deployment = target?["name"]?.stringValue else { return nil }
            name = autoscaler.metadata.name
            self.deployment = deployment
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

    /// The claims in a namespace by Deployment, as they were found or are being looked for.
    private struct Listing {
        var until: ContinuousClock.Instant
        var claims: Task<[String: Claim], any Error>
    }

    private let client: KubernetesClient
    private let logger: Logger
    private let lifetime: Duration
    private var listings: [String: Listing] = [:]

    /// - Parameter lifetime: How long a list serves. No selector finds the autoscaler of a Deployment, and a namespace may hold
    ///   thousands of both: a list for each model would be the square of that.
    init(client: KubernetesClient, logger: Logger, lifetime: Duration = .seconds(15)) {
        self.client = client
        self.logger = logger
        self.lifetime = lifetime
    }

    /// The claim on a Deployment; nil where there is none, or where the operator may not look.
    func claim(on deployment: String, in namespace: String) async throws -> Claim? {
        let now = ContinuousClock.now
        let listing: Listing
        if let known = listings[namespace], known.until > now {
            listing = known
        } else {
            let (client, logger) = (client, logger)
            listing = Listing(
                until: now + lifetime, claims: Task { try await Self.claims(in: namespace, client, logger) })
            // Of namespaces that come and go nothing is kept.
            listings = listings.filter { $0.value.until > now }
            listings[namespace] = listing
        }
        do {
            return try await listing.claims.value[deployment]
        } catch {
            // Whoever asks next tries again, unless somebody does already.
            if listings[namespace]?.until == listing.until { listings[namespace] = nil }
            throw error
        }
    }

    private static func claims(
        in namespace: String, _ client: KubernetesClient, _ logger: Logger
    ) async throws -> [String: Claim] {
        // Before 1.23 there is the beta alone, with the same fields.
        for version in ["v2", "v2beta2"] {
            let definition = ResourceDefinition(
                group: "autoscaling", version: version, plural: "horizontalpodautoscalers",
                kind: "HorizontalPodAutoscaler", namespaced: true)
            do {
                let all = try await client.listAll(KubernetesObject.self, namespace: namespace, definition: definition)
                let claims = all.items.compactMap(Claim.init).map { ($0.deployment, $0) }
                return Dictionary(claims) { $0.name < $1.name ? $0 : $1 }
            } catch let error as KubernetesError where error.isNotFound {
                continue
            } catch let error as KubernetesError where error.code == .forbidden {
                logger.warning("autoscalers in \(namespace) are not noticed: \(error.message)")
                return [:]
            }
        }
        return [:]
    }
}
