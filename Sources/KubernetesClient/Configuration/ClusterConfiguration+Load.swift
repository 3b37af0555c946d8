public import Foundation
import HTTPTransport

extension ClusterConfiguration {
    /// Finds the configuration as kubectl and controllers do: the file given; else `KUBECONFIG`, its files merged; else
    /// the service account of the pod; else `~/.kube/config`.
    ///
    /// - Parameters:
    ///   - kubeconfig: A path, or several separated by colons.
    ///   - context: The context in place of `current-context`.
    ///   - environment: Where `KUBECONFIG`, `HOME` and the service's address stand.
    /// - Throws: ``KubernetesError`` with code `configuration`, naming the file and the field.
    public static func load(
        kubeconfig: String? = nil,
        context: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(KubernetesError) -> ClusterConfiguration {
        if let kubeconfig, !kubeconfig.isEmpty {
            return try Kubeconfig.load(paths: [kubeconfig], explicit: true).configuration(context: context)
        }
        if let list = environment["KUBECONFIG"], !list.isEmpty {
            let paths = list.split(separator: ":").map(String.init)
            return try Kubeconfig.load(paths: paths, explicit: false).configuration(context: context)
        }
        if context == nil, environment["KUBERNETES_SERVICE_HOST"] != nil {
            return try inCluster(environment: environment)
        }
        let path = (environment["HOME"] ?? "") + "/.kube/config"
        guard FileManager.default.fileExists(atPath: path) else {
            throw KubernetesError(
                code: .configuration,
                message: "no cluster is configured: there is no \(path), KUBECONFIG is not set, and this is no pod; "
                    + "give a kubeconfig"
            )
        }
        return try Kubeconfig.load(paths: [path], explicit: true).configuration(context: context)
    }

    /// The service account of the pod that the program runs in.
    ///
    /// The token's file is read again as it is rotated.
    ///
    /// - Parameter directory: Where the kubelet mounts the service account.
    public static func inCluster(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        directory: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(KubernetesError) -> ClusterConfiguration {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
            !host.isEmpty, Int(port) != nil
        else {
            throw KubernetesError(
                code: .configuration,
                message: "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set: this is no pod; "
                    + "give a kubeconfig"
            )
        }
        let token = directory + "/token"
        let authority = directory + "/ca.crt"
        for (path, what) in [(token, "the service account's token"), (authority, "the cluster's CA certificate")]
        where !FileManager.default.isReadableFile(atPath: path) {
            throw KubernetesError(
                code: .configuration,
                message: "\(what) cannot be read from \(path); is automountServiceAccountToken false?"
            )
        }
        let namespace = (try? String(contentsOfFile: directory + "/namespace", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return ClusterConfiguration(
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            namespace: namespace ?? "default",
            tls: .init(certificateAuthority: .file(authority)),
            credentials: .tokenFile(token),
            source: "the pod's service account"
        )
    }
}
