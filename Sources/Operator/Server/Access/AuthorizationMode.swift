/// Who may read what the operator's HTTP server answers; the names are the kubelet's.
public enum AuthorizationMode: String, Sendable, Hashable, CaseIterable {
    /// Whoever reaches the port.
    case alwaysAllow = "AlwaysAllow"
    /// Whoever sends a bearer token whose owner has the right in the cluster (TokenReview, SubjectAccessReview).
    case webhook = "Webhook"
}
