import Autoscaler
import KubernetesClient
import Logging

/// Looks for HorizontalPodAutoscalers that go by a Deployment's requests.
///
/// ``AutoscalerClaim`` says why: whoever decides by a request is the one who decides about it.
actor PodAutoscalers {
    /// The claims in a namespace by Deployment, as they were found or are being looked for.
    private struct Listing {
        var until: ContinuousClock.Instant
        var claims: Task<[String: AutoscalerClaim], any Error>
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
    func claim(on deployment: String, in namespace: String) async throws -> AutoscalerClaim? {
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
    ) async throws -> [String: AutoscalerClaim] {
        // Before 1.23 there is the beta alone, with the same fields.
        for version in ["v2", "v2beta2"] {
            let definition = ResourceDefinition(
                group: "autoscaling", version: version, plural: "horizontalpodautoscalers",
                kind: "HorizontalPodAutoscaler", namespaced: true)
            do {
                let all = try await client.listAll(KubernetesObject.self, namespace: namespace, definition: definition)
                let claims = all.items.compactMap { AutoscalerClaim(name: $0.metadata.name, spec: $0["spec"]) }.map {
                    ($0.deployment, $0)
                }
                return Dictionary(claims, uniquingKeysWith: AutoscalerClaim.first)
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
