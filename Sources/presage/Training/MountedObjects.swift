import Foundation
import HTTPTransport
import ModelRegistry
import ObjectStore

extension ObjectAccess {
    /// Logs in to a folder with the files that a pod has mounted.
    ///
    /// - Parameter patience: how long to wait for a store that is away.
    static func mounted(_ objects: TrainingRun.Objects?, patience: Patience = .standard) -> ObjectAccess? {
        guard let objects else { return nil }
        let field = "spec.registry.s3"
        return ObjectAccess(retries: patience.retries) { _, _ in
            Login(
                credentials: try S3Credentials.mounted(
                    id: objects.accessKeyIDFile, secret: objects.secretAccessKeyFile, token: objects.sessionTokenFile,
                    of: "objects", field: "\(field).credentialsSecret"),
                tls: try TLSConfiguration.mounted(
                    ca: objects.caFile, insecureSkipVerify: objects.store.insecureSkipVerify, field: field))
        }
    }
}

extension TLSConfiguration {
    /// Whom to trust, by the certificate that a Secret is mounted as.
    ///
    /// The certificate is checked to be there and to look like one: libraries say little more than “failed”.
    ///
    /// - Parameter field: the field of the API that has `tls` below it, for errors.
    static func mounted(
        ca path: String?, insecureSkipVerify: Bool?, field: String
    ) throws(TrainingFailure) -> TLSConfiguration {
        var tls = TLSConfiguration()
        tls.insecureSkipVerify = insecureSkipVerify ?? false
        guard let path = try SecretFile.authority(path, field: "\(field).tls.ca") else { return tls }
        tls.certificateAuthority = .file(path)
        return tls
    }
}

extension S3Credentials {
    /// Reads the files that a Secret is mounted as; nil for a store that is open to everybody.
    ///
    /// - Parameters:
    ///   - document: the part of the document that names the files, for errors.
    ///   - field: the field of the API that refers to the Secret, for errors.
    static func mounted(
        id: String?, secret: String?, token: String?, of document: String, field: String
    ) throws(TrainingFailure) -> S3Credentials? {
        guard let id = try SecretFile.read(id, field: field) else { return nil }
        guard let secret = try SecretFile.read(secret, field: field) else {
            throw RunDocument.invalid("\(document) has accessKeyIDFile and no secretAccessKeyFile; both are needed")
        }
        // Only temporary credentials have a token.
        let token = token.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
        return S3Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: try SecretFile.read(token, field: field))
    }
}

extension TrainingRun.S3 {
    /// The bucket and a client to it, with the files that a pod has mounted.
    ///
    /// - Parameters:
    ///   - document: the part of the document that this is, for errors.
    ///   - field: the field of the API that this is, for errors.
    func mounted(
        of document: String, field: String
    ) throws(TrainingFailure) -> (bucket: S3Bucket, client: HTTPClient) {
        var bucket = S3Bucket(name: self.bucket, region: region, endpoint: endpoint, pathStyle: pathStyle)
        bucket.credentials = try S3Credentials.mounted(
            id: accessKeyIDFile, secret: secretAccessKeyFile, token: sessionTokenFile, of: document,
            field: "\(field).credentialsSecret")
        let tls = try TLSConfiguration.mounted(ca: caFile, insecureSkipVerify: insecureSkipVerify, field: field)
        return (bucket, HTTPClient(configuration: HTTPClientConfiguration(tls: tls)))
    }
}

extension TrainingFailure {
    /// A registry that cannot be used: a store that is away may come back, one that refuses does not change its mind.
    init(registry error: RegistryError, otherwise reason: String) {
        let code = error.code.rawValue
        self.init(
            error.isUnavailable || error.code == .full ? code.prefix(1).uppercased() + code.dropFirst() : reason,
            error.message, exitStatus: error.code == .storeUnreachable || error.code == .full ? .unavailable : .data)
        if error.code == .full { self.reason = "RegistryFull" }
    }
}
