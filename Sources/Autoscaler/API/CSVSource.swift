/// A history in CSV form, from exactly one place.
///
/// The wide form is `timestamp,container,cpu,memory[,pod]` (cores, bytes), the long form `unique_id,ds,y`.
public struct CSVSource: Sendable, Hashable, Codable {
    /// A file: for `presage plan` relative to the manifest, in a training pod on a mounted volume.
    public var path: String?
    /// An `http` or `https` address.
    public var url: String?
    /// An entry of a ConfigMap in the model's namespace.
    public var configMap: KeyReference?
    /// An object in an S3-compatible store.
    public var s3: S3Location?
    /// How to log in at ``url``, where the server asks for it.
    public var auth: SourceAuth?
    /// How to verify the certificate of the server behind ``url``, where not by the system's authorities.
    public var tls: SourceTLS?
    /// What the columns are called, where not by the usual names.
    public var columns: CSVColumns?
    /// Whether the history is a recording: its last row is taken as the present and staleness is not checked.
    public var recorded = false

    /// Makes an empty source; set exactly one place.
    public init() {}

    /// Makes a source that reads a file.
    public init(path: String, recorded: Bool = false) {
        self.path = path
        self.recorded = recorded
    }

    /// Reads a source over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decodeIfPresent(String.self, forKey: .path)
        url = try container.decodeIfPresent(String.self, forKey: .url)
        configMap = try container.decodeIfPresent(KeyReference.self, forKey: .configMap)
        s3 = try container.decodeIfPresent(S3Location.self, forKey: .s3)
        auth = try container.decodeIfPresent(SourceAuth.self, forKey: .auth)
        tls = try container.decodeIfPresent(SourceTLS.self, forKey: .tls)
        columns = try container.decodeIfPresent(CSVColumns.self, forKey: .columns)
        try container.read(.recorded, into: &recorded)
    }
}
