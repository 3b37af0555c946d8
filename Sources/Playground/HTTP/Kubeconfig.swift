/// The text of kubeconfigs for clients of the playground and for processes of pods.
enum Kubeconfig {
    /// With a token itself.
    static func text(url: String, token: String, namespace: String = "default") -> String {
        text(server: "server: \(url)", user: "token: \(token)", namespace)
    }

    /// With a token's file, which is read again as the token is rotated, and the file of the server's authority.
    static func text(url: String, tokenFile: String, authority: String, namespace: String) -> String {
        text(
            server: "{server: \"\(url)\", certificate-authority: \"\(authority)\"}",
            user: "tokenFile: \"\(tokenFile)\"", namespace)
    }

    private static func text(server: String, user: String, _ namespace: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: playground
        clusters:
        - name: playground
          cluster:
            \(server)
        users:
        - name: playground
          user:
            \(user)
        contexts:
        - name: playground
          context:
            cluster: playground
            user: playground
            namespace: \(namespace)

        """
    }
}
