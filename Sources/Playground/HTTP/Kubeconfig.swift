/// The text of kubeconfigs for the playground.
enum Kubeconfig {
    static func text(url: String, token: String, namespace: String = "default") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: playground
        clusters:
        - name: playground
          cluster:
            server: \(url)
        users:
        - name: playground
          user:
            token: \(token)
        contexts:
        - name: playground
          context:
            cluster: playground
            user: playground
            namespace: \(namespace)

        """
    }
}
