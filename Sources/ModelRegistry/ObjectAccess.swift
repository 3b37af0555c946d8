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

    private let credentials: @Sendable (VersionManifest.Store, String) async throws -> S3Credentials?
    private let http: HTTPClient
    private let attempts: Int

    /// Logs in with what `credentials` gives for a store and a namespace.
    ///
    /// - Parameter attempts: how often a chunk is read or written where the store is away or busy.
    public init(
        http: HTTPClient = HTTPClient(), attempts: Int = 6,
        credentials: @escaping @Sendable (VersionManifest.Store, String) async throws -> S3Credentials?
    ) {
        self.http = http
        self.attempts = attempts
        self.credentials = credentials
    }

    /// Logs in with the Secrets that stores name, read from the API server by name whenever they are needed: they are
    /// neither watched nor kept, and nobody needs a right to more than the one Secret. Who uses this comes again by itself, so
    /// nothing is tried twice here.
    ///
    /// - Parameter secretName: which Secret it is now; the one that the chunks were written with unless told.
    public static func secrets(
        of client: KubernetesClient, http: HTTPClient = HTTPClient(),
        secretName: @escaping @Sendable (VersionManifest.Store, String) -> String? = { store, _ in
            store.credentialsSecret
        }
    ) -> ObjectAccess {
        ObjectAccess(http: http, attempts: 1) { store, namespace in
            guard let name = secretName(store, namespace) else { return nil }
            return try await read(name, namespace, client)
        }
    }

    /// The objects of a folder.
    ///
    /// - Throws: a ``RegistryError`` of those that ``RegistryError/isUnavailable`` is true of, where nobody can log in.
    public func chunks(in store: VersionManifest.Store, namespace: String) async throws -> ObjectChunks {
        let bucket = S3Bucket(
            name: store.bucket, region: store.region, endpoint: store.endpoint, pathStyle: store.pathStyle,
            credentials: try await credentials(store, namespace))
        return ObjectChunks(store: store, client: S3Client(bucket: bucket, client: http), attempts: attempts)
    }

    private static func read(
        _ name: String, _ namespace: String, _ client: KubernetesClient
    ) async throws -> S3Credentials {
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
            throw RegistryError(
                .secretNotFound,
                "there is no Secret \(namespace)/\(name); make it, with \(SecretKey.accessKeyID) and "
                    + "\(SecretKey.secretAccessKey), or correct spec.registry.s3.credentialsSecret")
        }
        func text(_ key: String) -> String? {
            let text = secret.text(key)?.trimmingCharacters(in: .whitespacesAndNewlines)
            return text?.isEmpty == true ? nil : text
        }
        guard let id = text(SecretKey.accessKeyID), let key = text(SecretKey.secretAccessKey) else {
            throw RegistryError(
                .secretInvalid,
                "Secret \(namespace)/\(name) has to have \(SecretKey.accessKeyID) and \(SecretKey.secretAccessKey) with "
                    + "text in them; its keys are: \(secret.data.keys.sorted().joined(separator: ", "))")
        }
        return S3Credentials(accessKeyID: id, secretAccessKey: key, sessionToken: text(SecretKey.sessionToken))
    }
}
