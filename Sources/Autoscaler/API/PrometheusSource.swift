/// A Prometheus-compatible server (Prometheus, Thanos, Mimir, VictoriaMetrics).
public struct PrometheusSource: Sendable, Hashable, Codable {
    /// The server's base address, such as `http://prometheus.monitoring:9090`.
    public var url: String
    /// The distance between two points.
    public var step = TimeSpan.minutes(5)
    /// How far back the history is read.
    public var window = TimeSpan.days(28)
    /// PromQL for CPU in cores, in place of the one made from cAdvisor's metrics.
    public var cpuQuery: String?
    /// PromQL for memory in bytes, in place of the one made from cAdvisor's metrics.
    public var memoryQuery: String?
    /// The label of own queries that names the container; `container` where left out.
    public var containerLabel: String?
    /// The label of own queries that names the pod; `pod` where left out.
    public var podLabel: String?
    /// Labels that every series of the ready-made queries must have, such as `cluster`.
    public var matchLabels: [String: String]?
    /// The least share of steps with a value that a history may have, in percent.
    public var minimumCoveragePercent = 50
    /// The tenant of a server with several, sent as `X-Scope-OrgID` and `THANOS-TENANT`.
    public var tenant: String?
    /// Where days that were read are kept for the next run; every run reads the whole window where left out.
    public var cache: SourceCacheSpec?
    /// How to log in, where the server asks for it.
    public var auth: SourceAuth?
    /// How requests are signed, at Amazon Managed Service for Prometheus.
    public var sigv4: SourceSigV4?
    /// How to verify the server's certificate, where not by the system's authorities.
    public var tls: SourceTLS?

    /// Makes a source with the defaults.
    public init(url: String) { self.url = url }

    /// Reads a source over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = try container.decode(String.self, forKey: .url)
        cpuQuery = try container.decodeIfPresent(String.self, forKey: .cpuQuery)
        memoryQuery = try container.decodeIfPresent(String.self, forKey: .memoryQuery)
        containerLabel = try container.decodeIfPresent(String.self, forKey: .containerLabel)
        podLabel = try container.decodeIfPresent(String.self, forKey: .podLabel)
        matchLabels = try container.decodeIfPresent([String: String].self, forKey: .matchLabels)
        tenant = try container.decodeIfPresent(String.self, forKey: .tenant)
        auth = try container.decodeIfPresent(SourceAuth.self, forKey: .auth)
        sigv4 = try container.decodeIfPresent(SourceSigV4.self, forKey: .sigv4)
        cache = try container.decodeIfPresent(SourceCacheSpec.self, forKey: .cache)
        tls = try container.decodeIfPresent(SourceTLS.self, forKey: .tls)
        try container.read(.step, into: &step)
        try container.read(.window, into: &window)
        try container.read(.minimumCoveragePercent, into: &minimumCoveragePercent)
    }
}

/// How to log in at a source: a bearer token, or a user name and password, always from a Secret.
public struct SourceAuth: Sendable, Hashable, Codable {
    /// The Secret's entry that holds a bearer token.
    public var bearerToken: KeyReference?
    /// The Secret's entry that holds the user name.
    public var username: KeyReference?
    /// The Secret's entry that holds the password.
    public var password: KeyReference?

    /// Makes a login; set the token, or the user name and the password.
    public init(bearerToken: KeyReference? = nil, username: KeyReference? = nil, password: KeyReference? = nil) {
        self.bearerToken = bearerToken
        self.username = username
        self.password = password
    }
}

/// How requests to Amazon's cloud are signed (AWS Signature Version 4).
public struct SourceSigV4: Sendable, Hashable, Codable {
    /// The region that the workspace is in.
    public var region: String
    /// A Secret with `accessKeyID`, `secretAccessKey` and, where needed, `sessionToken`.
    public var credentialsSecret: LocalReference

    /// Makes a way to sign.
    public init(region: String, credentialsSecret: LocalReference) {
        self.region = region
        self.credentialsSecret = credentialsSecret
    }
}

/// How to verify the certificate of a source or a store.
public struct SourceTLS: Sendable, Hashable, Codable {
    /// The Secret's entry that holds the authority's certificate in PEM form.
    public var ca: KeyReference?
    /// Whether any certificate is taken, which lets anybody in between read and change what is transferred.
    public var insecureSkipVerify = false

    /// Makes settings with the defaults.
    public init() {}

    /// Reads settings over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        ca = try container.decodeIfPresent(KeyReference.self, forKey: .ca)
        try container.read(.insecureSkipVerify, into: &insecureSkipVerify)
    }
}
