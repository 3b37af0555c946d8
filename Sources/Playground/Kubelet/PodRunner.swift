/// How the playground's kubelet runs pods.
public struct PodRunner: Sendable {
    /// The path of the local executable for an image; nil where the image has none.
    public var executable: @Sendable (_ image: String) -> String?
    /// Whether Jobs, Deployments and pods are worked at all; without, they are plain storage.
    public var isEnabled = true
    /// How long a failed pod of a Job waits before its replacement starts; doubled with each failure.
    public var retryDelay: Duration = .milliseconds(200)
    /// Added to the environment of every container.
    public var environment: [String: String] = [:]

    /// A runner that finds executables with `executable`.
    public init(executable: @escaping @Sendable (_ image: String) -> String? = { _ in nil }) {
        self.executable = executable
    }
}
