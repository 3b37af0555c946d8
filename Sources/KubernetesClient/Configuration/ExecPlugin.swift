/// A credential plugin as a kubeconfig names it (`client.authentication.k8s.io`).
public struct ExecPlugin: Sendable, Hashable {
    /// The version of the plugin's protocol.
    public var apiVersion: String
    /// The program, found on the path, or relative to the kubeconfig where it holds a slash.
    public var command: String
    /// Its arguments.
    public var arguments: [String]
    /// Environment variables beside the process' own.
    public var environment: [String: String]
    /// What to tell a person who lacks the program.
    public var installHint: String?
    /// Whether the cluster is described to the program.
    public var provideClusterInfo: Bool
    /// The configuration that is passed on with the cluster's description.
    public var clusterInfo: JSONValue?

    /// A plugin from its parts.
    public init(
        apiVersion: String = "client.authentication.k8s.io/v1",
        command: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        installHint: String? = nil,
        provideClusterInfo: Bool = false,
        clusterInfo: JSONValue? = nil
    ) {
        self.apiVersion = apiVersion
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.installHint = installHint
        self.provideClusterInfo = provideClusterInfo
        self.clusterInfo = clusterInfo
    }
}
