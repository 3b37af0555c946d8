import KubernetesClient

/// The API server's word on whose a token is and what they may do.
struct AccessReviews: Sendable {
    /// Whom a token stands for, as the API server says and as it wants to be told again.
    struct User: Sendable, Hashable {
        /// `jane`, `system:serviceaccount:monitoring:prometheus`.
        let name: String
        /// The user's fields of a SubjectAccessReview.
        let attributes: JSONObject
    }

    private static let tokens = ResourceDefinition(
        group: "authentication.k8s.io", version: "v1", plural: "tokenreviews", kind: "TokenReview", namespaced: false)
    private static let rights = ResourceDefinition(
        group: "authorization.k8s.io", version: "v1", plural: "subjectaccessreviews", kind: "SubjectAccessReview",
        namespaced: false)

    private let client: KubernetesClient

    /// Asks by a client of its own: whoever knocks with wrong tokens must not use up the requests of the reconcilers. A
    /// server that asks to wait is not waited for, for somebody waits here.
    init(of client: KubernetesClient) {
        var options = client.options
        options.timeout = .seconds(10)
        options.maximumRetries = 0
        self.client = KubernetesClient(configuration: client.configuration, options: options)
    }

    /// Whose a token is; nil where nobody's.
    func user(of token: String) async throws -> User? {
        let status = try await ask(Self.tokens, ["token": .string(token)])
        guard status?["authenticated"] == true, let user = status?["user"],
            let name = user["username"]?.stringValue, !name.isEmpty
        else { return nil }
        var attributes: JSONObject = ["user": .string(name)]
        for field in ["uid", "groups", "extra"] { attributes[field] = user[key: field] }
        return User(name: name, attributes: attributes)
    }

    /// Whether somebody may do something.
    func isAllowed(_ right: AccessRight, to user: User) async throws -> Bool {
        var spec = user.attributes
        for (field, value) in right.attributes { spec[field] = value }
        return try await ask(Self.rights, spec)?["allowed"] == true
    }

    /// Asks for nobody, to see whether the operator may ask.
    ///
    /// - Throws: an error that says what to apply where it may not.
    func check() async throws {
        do {
            _ = try await user(of: "presage-may-ask")
            _ = try await isAllowed(.path("/metrics"), to: User(name: "presage", attributes: ["user": "presage"]))
        } catch let error as KubernetesError where error.code == .forbidden {
            throw OperatorError(
                .invalidConfiguration,
                "--authorization-mode \(AuthorizationMode.webhook.rawValue) asks the API server whose a token is and what "
                    + "they may do, which the operator's account may not; apply config/rbac: \(error.message)")
        }
    }

    private func ask(_ definition: ResourceDefinition, _ spec: JSONObject) async throws -> JSONValue? {
        let review = KubernetesObject(
            apiVersion: definition.apiVersion, kind: definition.kind, metadata: ObjectMeta(),
            content: ["spec": .object(spec)])
        return try await client.create(review, definition: definition)["status"]
    }
}
