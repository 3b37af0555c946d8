import Autoscaler
import KubernetesClient
import Logging

/// Looks for HorizontalPodAutoscalers that go by a Deployment's requests, and VerticalPodAutoscalers that set its pods'.
///
/// ``AutoscalerClaim`` says why: whoever decides by a request is the one who decides about it.
actor PodAutoscalers {
    /// The claims in a namespace by Deployment, as they were found or are being looked for.
    private struct Listing {
        var until: ContinuousClock.Instant
        var claims: Task<[String: [AutoscalerClaim]], any Error>
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

    /// The claims on a Deployment, by name; none where the operator may not look.
    func claims(on deployment: String, in namespace: String) async throws -> [AutoscalerClaim] {
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
            return try await listing.claims.value[deployment] ?? []
        } catch {
            // Whoever asks next tries again, unless somebody does already.
            if listings[namespace]?.until == listing.until { listings[namespace] = nil }
            throw error
        }
    }

    private static func claims(
        in namespace: String, _ client: KubernetesClient, _ logger: Logger
    ) async throws -> [String: [AutoscalerClaim]] {
        func definition(_ group: String, _ version: String, _ kind: String) -> ResourceDefinition {
            ResourceDefinition(
                group: group, version: version, plural: "\(kind.lowercased())s", kind: kind, namespaced: true)
        }
        // Before 1.23 there is the beta alone, with the same fields; the other kind is there where somebody installed it.
        let horizontal = ["v2", "v2beta2"].map { definition("autoscaling", $0, AutoscalerClaim.horizontal) }
        let vertical = [definition("autoscaling.k8s.io", "v1", AutoscalerClaim.vertical)]
        var claims: [AutoscalerClaim] = []
        for versions in [horizontal, vertical] {
            for definition in versions {
                do {
                    let all = try await client.listAll(
                        KubernetesObject.self, namespace: namespace, definition: definition)
                    claims += all.items.compactMap {
                        AutoscalerClaim(kind: definition.kind, name: $0.metadata.name, spec: $0["spec"])
                    }
                    break
                } catch let error as KubernetesError where error.isNotFound {
                    continue
                } catch let error as KubernetesError where error.code == .forbidden {
                    logger.warning("\(definition.plural) in \(namespace) are not noticed: \(error.message)")
                    break
                }
            }
        }
        return Dictionary(grouping: claims.sorted { $0.name < $1.name }, by: \.deployment)
    }
}
