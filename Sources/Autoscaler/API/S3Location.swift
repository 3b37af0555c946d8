/// An object in an S3-compatible store.
public struct S3Location: Sendable, Hashable, Codable {
    /// The store's address; Amazon's own for the region where left out.
    public var endpoint: String?
    /// The region that requests are signed for.
    public var region = "us-east-1"
    /// The bucket's name.
    public var bucket: String
    /// The object's key.
    public var key: String
    /// Whether the bucket is part of the path (MinIO, Ceph) and not of the host name.
    public var pathStyle = false
    /// A Secret with `accessKeyID`, `secretAccessKey` and, where needed, `sessionToken`; anonymous where left out.
    public var credentialsSecret: LocalReference?
    /// How to verify the store's certificate, where not by the system's authorities.
    public var tls: SourceTLS?

    /// Makes a location.
    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// Reads a location over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        endpoint = try container.decodeIfPresent(String.self, forKey: .endpoint)
        bucket = try container.decode(String.self, forKey: .bucket)
        key = try container.decode(String.self, forKey: .key)
        credentialsSecret = try container.decodeIfPresent(LocalReference.self, forKey: .credentialsSecret)
        tls = try container.decodeIfPresent(SourceTLS.self, forKey: .tls)
        try container.read(.region, into: &region)
        try container.read(.pathStyle, into: &pathStyle)
    }
}
