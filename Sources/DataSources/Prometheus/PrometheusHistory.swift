public import HTTPTransport

/// The history of a workload from a Prometheus-compatible server: Prometheus, Thanos, Mimir or VictoriaMetrics.
///
/// Reads CPU and memory of every container and pod, and what it takes to judge them: starts and limits. `docs/sources.md`
/// has the queries.
public struct PrometheusHistory: DataSource {
    /// Whose pods are read by the ready-made queries.
    public struct Target: Sendable, Hashable {
        /// The namespace.
        public var namespace: String
        /// The Deployment's name.
        public var deployment: String
        /// The containers to read, native sidecars among them; nil for all but the pause container.
        public var containers: [String]?

        /// Makes a target.
        public init(namespace: String, deployment: String, containers: [String]? = nil) {
            self.namespace = namespace
            self.deployment = deployment
            self.containers = containers
        }
    }

    /// The server's base address, its path prefix included.
    public var url: String
    /// The distance between two points in seconds.
    public var step: Int
    /// How far back the history is read, in seconds.
    public var window: Int
    /// The present, seconds since 1970 UTC: nothing after it is asked for.
    public var asOf: Int
    /// Whose pods are read; nil needs a query of one's own.
    public var target: Target?
    /// PromQL for CPU in cores, in place of the ready-made query.
    public var cpuQuery: String?
    /// PromQL for memory in bytes, in place of the ready-made query.
    public var memoryQuery: String?
    /// The label of own queries that names the container.
    public var containerLabel = "container"
    /// The label of own queries that names the pod; without it the values mean the busiest pod.
    public var podLabel = "pod"
    /// What every series of the ready-made queries must have, such as `cluster`.
    public var matchLabels: [String: String] = [:]
    /// The least share of steps that must have a value, in percent; 0 takes any history.
    public var minimumCoverage = 50
    /// How to log in.
    public var credentials = HTTPCredentials.none
    /// The tenant, sent as `X-Scope-OrgID` and `THANOS-TENANT`.
    public var tenant: String?
    /// Whom to trust.
    public var tls = TLSConfiguration()
    /// Where days that were read are kept for the next run; nil reads the whole window every time.
    public var cache: SourceCache?
    /// When a failed request is tried again.
    public var retries = RetryPolicy()
    /// How long a question may take.
    var timeouts = PrometheusClient.timeouts

    /// Reads `window` seconds up to `asOf`, a point every `step` seconds.
    public init(url: String, step: Int, window: Int, asOf: Int, target: Target?) {
        self.url = url
        self.step = step
        self.window = window
        self.asOf = asOf
        self.target = target
    }

    /// A history that ended longer ago than this, in seconds, is refused; a weekend without pods is none of that.
    static let longestSilence = 3 * 86_400

    /// The field that all fields of the source are in.
    static let field = "spec.source.prometheus"

    /// Reads and combines all pods.
    public func read() async throws -> History {
        let client = PrometheusClient(
            url: url, credentials: credentials, tenant: tenant, tls: tls, retries: retries, timeouts: timeouts)
        guard step > 0, window > step else {
            throw DataError(
                .noData, "a window of \(window) s holds no two steps of \(step) s; lengthen it", source: client.name,
                field: "\(Self.field).window")
        }
        // On the grid, so that two runs ask for the same points, which servers may have cached.
        let end = asOf / step * step
        let start = (asOf - window) / step * step + step
        var reading = PrometheusReading(source: self, client: client, start: start, end: end)
        do {
            return try await reading.history()
        } catch let error as DataError {
            throw reading.inPart(error)
        }
    }
}
