/// Where a model's trained versions are kept: in ConfigMaps, unless a store is named.
public struct RegistrySpec: Sendable, Hashable, Codable {
    /// A folder of an S3-compatible store for the fitted models; their manifests stay ConfigMaps.
    public var s3: S3Folder?

    /// Makes a registry; without a store versions are ConfigMaps as a whole.
    public init(s3: S3Folder? = nil) { self.s3 = s3 }
}

/// A folder of an S3-compatible store.
public struct S3Folder: Sendable, Hashable, Codable {
    /// The store's address; Amazon's own for the region where left out.
    public var endpoint: String?
    /// The region that requests are signed for.
    public var region = "us-east-1"
    /// The bucket's name.
    public var bucket: String
    /// The folder; below it each model has its own, `<prefix>/<namespace>/<model>/<uid>/`.
    public var prefix = "presage"
    /// Whether the bucket is part of the path (MinIO, Ceph) and not of the host name.
    public var pathStyle = false
    /// A Secret with `accessKeyID`, `secretAccessKey` and, where needed, `sessionToken`; anonymous where left out.
    public var credentialsSecret: LocalReference?
    /// How to verify the store's certificate, where not by the system's authorities.
    public var tls: SourceTLS?

    /// Makes a folder with the defaults.
    public init(bucket: String) { self.bucket = bucket }

    /// Reads a folder over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        endpoint = try container.decodeIfPresent(String.self, forKey: .endpoint)
        bucket = try container.decode(String.self, forKey: .bucket)
        credentialsSecret = try container.decodeIfPresent(LocalReference.self, forKey: .credentialsSecret)
        tls = try container.decodeIfPresent(SourceTLS.self, forKey: .tls)
        try container.read(.region, into: &region)
        try container.read(.prefix, into: &prefix)
        try container.read(.pathStyle, into: &pathStyle)
    }

    /// What a prefix may look like: folders of letters, digits and `!-_.*'()`, neither first nor last a `/`. Object stores
    /// and what stands before them read other characters differently.
    public static let prefixPattern =
        "^[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*(/[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*)*$"
}

extension RegistrySpec {
    func validate(at path: String) -> [SpecError] {
        guard let s3 else {
            return [SpecError(.missingField, field: path, "name a store, s3, or leave registry out for ConfigMaps")]
        }
        var errors: [SpecError] = []
        if let endpoint = s3.endpoint { errors += checkedURL(endpoint, at: "\(path).s3.endpoint") }
        if s3.bucket.isEmpty {
            errors.append(SpecError(.missingField, field: "\(path).s3.bucket", "name the bucket"))
        }
        let folders = s3.prefix.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = folders.allSatisfy { folder in
            !folder.isEmpty && !folder.hasPrefix(".")
                && folder.unicodeScalars.allSatisfy {
                    $0.isASCII && ($0.properties.isAlphabetic || "0123456789!-_.*'()".unicodeScalars.contains($0))
                }
        }
        if !isPlain || s3.prefix.utf8.count > 512 {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).s3.prefix",
                    "“\(s3.prefix.prefix(100))” is no folder: write names of letters, digits and !-_.*'(), with / between "
                        + "them, at most 512 characters, such as presage/production"))
        }
        return errors
    }
}
