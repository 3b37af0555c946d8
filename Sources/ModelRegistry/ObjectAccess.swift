import Foundation
public import HTTPTransport
public import KubernetesClient
public import ObjectStore

/// How the objects of versions are reached: who logs in where with what.
public struct ObjectAccess: Sendable {
    /// The keys of a Secret with credentials.
    public enum SecretKey {
        /// The access key's identifier.
        public static let accessKeyID = "accessKeyID"
        /// The secret key.
        public static let secretAccessKey = "secretAccessKey"
        /// The token of temporary credentials, where they are.
        public static let sessionToken = "sessionToken"
    }

    /// Who asks, and whom to trust.
    public struct Login: Sendable {
        /// Who asks; nil for a bucket that is open to everybody.
        public var credentials: S3Credentials?
        /// Whom to trust; the system's authorities unless told.
        public var tls: TLSConfiguration

        /// Makes a login.
        public init(credentials: S3Credentials? = nil, tls: TLSConfiguration = TLSConfiguration()) {
            self.credentials = credentials
            self.tls = tls
        }
    }

    private let login: @Sendable (VersionManifest.Store, String) async throws -> Login
    private let retries: RetryPolicy
    private let outages: StoreOutages?

    /// Logs in with what `login` gives for a store and a namespace.
    ///
    /// - Parameters:
    ///   - retries: when a chunk is read or written again where the store is away or busy.
    ///   - outages: what is known of stores that are away; nil where each request finds out by itself.
    public init(
        retries: RetryPolicy = RetryPolicy(), outages: StoreOutages? = nil,
        login: @escaping @Sendable (VersionManifest.Store, String) async throws -> Login
    ) {
        self.retries = retries
        self.outages = outages
        self.login = login
    }

    /// Logs in with the Secrets that stores name, read from the API server by name whenever they are needed: they are
    /// neither watched nor kept, and nobody needs a right to more than those. Who uses this comes again by itself, so
    /// nothing is tried twice here.
    ///
    /// - Parameters:
    ///   - outages: what is known of stores that are away.
    ///   - current: a store with the Secrets that open it now; those that the chunks were written with unless told.
    public static func secrets(
        of client: KubernetesClient, outages: StoreOutages? = nil,
        current: @escaping @Sendable (VersionManifest.Store, String) -> VersionManifest.Store = { store, _ in store }
    ) -> ObjectAccess {
        ObjectAccess(retries: RetryPolicy(attempts: 1), outages: outages) { store, namespace in
            let store = current(store, namespace)
            var login = Login()
            login.tls.insecureSkipVerify = store.insecureSkipVerify ?? false
            var secret: Secret?
            if let name = store.credentialsSecret {
                let found = try await read(name, namespace, client, field: "credentialsSecret")
                login.credentials = try credentials(in: found)
                secret = found
            }
            if let entry = store.ca {
                // It is often an entry of the same Secret.
                if secret?.metadata.name != entry.name {
                    secret = try await read(entry.name, namespace, client, field: "tls.ca")
                }
                login.tls.certificateAuthority = .bytes(try certificate(entry.key, in: secret))
            }
            return login
        }
    }

    /// The objects of a folder.
    ///
    /// - Throws: a ``RegistryError`` of those that ``RegistryError/isUnavailable`` is true of, where nobody can log in.
    public func chunks(in store: VersionManifest.Store, namespace: String) async throws -> ObjectChunks {
        let login = try await self.login(store, namespace)
        let bucket = S3Bucket(
            name: store.bucket, region: store.region, endpoint: store.endpoint, pathStyle: store.pathStyle,
            credentials: login.credentials)
        // Clients of the same settings share their connections.
        let client = HTTPClient(configuration: HTTPClientConfiguration(tls: login.tls))
        return ObjectChunks(
            store: store, client: S3Client(bucket: bucket, client: client), retries: retries, outages: outages)
    }

    private static func read(
        _ name: String, _ namespace: String, _ client: KubernetesClient, field: String
    ) async throws -> Secret {
        let secret: Secret?
        do {
            secret = try await client.find(Secret.self, name, namespace: namespace)
        } catch let error as KubernetesError where error.code == .forbidden {
            throw RegistryError(
                .secretForbidden,
                "the operator may not read Secret \(namespace)/\(name), without which versions in the object store cannot "
                    + "be read: make a Role in namespace \(namespace) with the verb get on secrets and the resourceName "
                    + "\(name), and bind it to the operator's ServiceAccount (docs/registry.md)")
        }
        guard let secret else {
            let entries =
                field == "tls.ca"
                ? "the certificate of the store's authority"
                : "\(SecretKey.accessKeyID) and \(SecretKey.secretAccessKey)"
            throw RegistryError(
                .secretNotFound,
                "there is no Secret \(namespace)/\(name); make it, with \(entries), or correct spec.registry.s3.\(field)"
            )
        }
        return secret
    }

    private static func credentials(in secret: Secret) throws(RegistryError) -> S3Credentials {
        func text(_ key: String) -> String? {
            let text = secret.text(key)?.trimmingCharacters(in: .whitespacesAndNewlines)
            return text?.isEmpty == true ? nil : text
        }
        guard let id = text(SecretKey.accessKeyID), let key = text(SecretKey.secretAccessKey) else {
            throw RegistryError(
                .secretInvalid,
                "Secret \(secret.key) has to have \(SecretKey.accessKeyID) and \(SecretKey.secretAccessKey) with "
                    + "text in them; its keys are: \(secret.data.keys.sorted().joined(separator: ", "))")
        }
        return S3Credentials(accessKeyID: id, secretAccessKey: key, sessionToken: text(SecretKey.sessionToken))
    }

    private static func certificate(_ key: String, in secret: Secret?) throws(RegistryError) -> [UInt8] {
        guard let secret, let text = secret.text(key), text.contains("-----BEGIN") else {
            let keys = secret?.data.keys.sorted().joined(separator: ", ") ?? ""
            throw RegistryError(
                .secretInvalid,
                "Secret \(secret.map { "\($0.key)" } ?? "") has no certificate in PEM form under the key \(key), which "
                    + "spec.registry.s3.tls.ca names; its keys are: \(keys)")
        }
        return Array(text.utf8)
    }
}
