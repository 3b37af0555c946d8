import HTTPTransport
public import Logging

/// Speaks to one Kubernetes API server.
///
/// Every method takes a type of resource; a ``KubernetesObject`` needs a `definition` beside it. Requests wait for the
/// client-side rate limit, and those that the server refuses for its load (429, 503 with `Retry-After`) are repeated. So are
/// writes without a `resourceVersion` or `uid` that another write overtook (409).
/// All failures are ``KubernetesError``s, but for the `CancellationError` of a cancelled task.
public struct KubernetesClient: Sendable {
    /// How the client behaves.
    public struct Options: Sendable {
        /// Requests a second, on average; 0 for no limit.
        ///
        /// Watches do not count.
        public var requestsPerSecond: Double
        /// How many requests may go at once after a pause.
        public var burst: Int
        /// How often a request is repeated that the server refused for its load.
        public var maximumRetries: Int
        /// How often a write that asks for no version is repeated when another came in between.
        public var conflictRetries: Int
        /// The longest that a request may take, watches and logs aside.
        public var timeout: Duration
        /// The longest to make a connection.
        public var connectTimeout: Duration
        /// The most bytes of one answer.
        public var maximumAnswer: Int
        /// Sent as `User-Agent`; also the server's default field manager, up to the slash.
        public var userAgent: String

        /// Options; 50 requests a second with a burst of 100 by default.
        public init(
            requestsPerSecond: Double = 50,
            burst: Int = 100,
            maximumRetries: Int = 10,
            conflictRetries: Int = 4,
            timeout: Duration = .seconds(60),
            connectTimeout: Duration = .seconds(10),
            maximumAnswer: Int = 1 << 30,
            userAgent: String = "presage"
        ) {
            self.requestsPerSecond = requestsPerSecond
            self.burst = burst
            self.maximumRetries = maximumRetries
            self.conflictRetries = conflictRetries
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.maximumAnswer = maximumAnswer
            self.userAgent = userAgent
        }
    }

    /// The cluster.
    public let configuration: ClusterConfiguration
    /// How the client behaves.
    public let options: Options
    let time: any TimeSource
    let logger: Logger
    let random: @Sendable () -> Double
    private let limiter: RateLimiter
    private let credentials: CredentialSource
    private let certificates: CertificateFiles
    private var mayWrite: @Sendable () -> Bool = { true }

    /// A client.
    public init(
        configuration: ClusterConfiguration,
        options: Options = Options(),
        time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "presage.kubernetes"),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        self.configuration = configuration
        self.options = options
        self.time = time
        self.random = random
        self.logger = logger
        self.limiter = RateLimiter(perSecond: options.requestsPerSecond, burst: options.burst, time: time)
        self.credentials = CredentialSource(configuration: configuration, time: time)
        self.certificates = CertificateFiles(configuration: configuration.tls, time: time)
    }

    /// The same client, which sends a write only while `mayWrite` says so, asked as late as possible before each try.
    ///
    /// What a leader decides is written through one: a process may be stopped for longer than its Lease, and would go on with
    /// what it was about to write before anything in it has noticed.
    public func fenced(by mayWrite: @escaping @Sendable () -> Bool) -> KubernetesClient {
        var client = self
        client.mayWrite = mayWrite
        return client
    }

    /// The namespace of requests that name none where one is needed.
    public var namespace: String { configuration.namespace }

    /// A request before it is addressed.
    struct Call: Sendable {
        var method = "GET"
        var path: String
        var query: [(String, String)] = []
        var body: [UInt8]?
        var contentType = "application/json"
        var accept = "application/json"
        /// Nil for the client's own.
        var timeouts: HTTPTimeouts?
        var limited = true
        /// Whether the answer has no end.
        var isStream = false
        /// What is asked, for messages: `get deployments.apps shop/web`.
        var what: String
    }

    /// Sends a call and returns the answer if its status is 2xx.
    func open(_ call: Call) async throws -> HTTPResponse {
        var attempt = 0
        var refreshed = false
        var renewed = false
        while true {
            if call.limited { try await limiter.take() }
            let started = time.monotonic()
            // Once a try: a plugin that gives what is already expired must not be run twice.
            let credential = try await credentials.current()
            let tls = try await certificates.current()
            guard call.method == "GET" || mayWrite() else {
                throw KubernetesError(
                    code: .fenced, message: "\(call.what): not sent, for this process leads no longer")
            }
            let response: HTTPResponse
            do {
                response = try await http(tls, credential).send(request(call, credential))
            } catch let error as HTTPTransportError {
                ClientMetrics.record(call, host: configuration.server, code: "<error>", time.monotonic() - started)
                if !renewed, await isWorthNewCertificates(error, tls) {
                    renewed = true
                    continue
                }
                if call.method == "GET", error.code == .connectionLost, attempt < 2 {
                    attempt += 1
                    continue
                }
                throw KubernetesError(call, transport: error)
            }
            let code = String(response.status)
            ClientMetrics.record(call, host: configuration.server, code: code, time.monotonic() - started)
            if (200..<300).contains(response.status) { return response }
            let text = try? await response.body.collect(upTo: 1 << 20)
            let error = KubernetesError(call, response: response, body: text ?? [], configuration: configuration)
            if response.status == 401, !refreshed {
                refreshed = true
                let isRenewed = await certificates.refresh(after: tls)
                if credentials.isRefreshable { await credentials.invalidate() }
                if isRenewed || credentials.isRefreshable { continue }
            }
            if let wait = error.retryAfter, attempt < options.maximumRetries {
                attempt += 1
                logger.debug("the API server asks to wait", metadata: ["call": "\(call.what)", "for": "\(wait)"])
                try await time.sleep(for: wait)
                continue
            }
            throw error
        }
    }

    /// Sends a call and reads the JSON of the answer.
    ///
    func fetch(_ call: Call, managedFields: KeptManagedFields = .all) async throws -> JSONValue {
        let response = try await open(call)
        let bytes: [UInt8]
        do {
            bytes = try await response.body.collect(upTo: options.maximumAnswer)
        } catch let error as HTTPTransportError {
            throw KubernetesError(call, transport: error)
        }
        do {
            return try JSONValue(parsing: bytes[...], managedFields: managedFields)
        } catch {
            throw KubernetesError(
                code: .malformedResponse,
                message: "\(call.what): the answer of \(configuration.server) is not JSON: \(error)",
                httpStatus: response.status
            )
        }
    }

    /// Whether a request that never reached the server may do so with other certificates than `used`.
    private func isWorthNewCertificates(_ error: HTTPTransportError, _ used: TLSConfiguration) async -> Bool {
        switch error.code {
        case .tls, .tlsVerification: return await certificates.refresh(after: used)
        case .tlsMaterial: return await certificates.reject(used)
        case .connectionLost:
            // With TLS 1.3 a server refuses a client's certificate after the handshake. Whether it took the request
            // before is not known here; the next one looks at the files.
            _ = await certificates.refresh(after: used)
            return false
        default: return false
        }
    }

    private func http(_ tls: TLSConfiguration, _ credential: CredentialSource.Credential) -> HTTPClient {
        var tls = tls
        if let identity = credential.identity { tls.identity = identity }
        let timeouts = HTTPTimeouts(connect: options.connectTimeout, total: options.timeout)
        return HTTPClient(
            configuration: HTTPClientConfiguration(
                tls: tls,
                proxy: configuration.proxy,
                timeouts: timeouts,
                userAgent: options.userAgent
            )
        )
    }

    private func request(_ call: Call, _ credential: CredentialSource.Credential) -> HTTPRequest {
        var url = configuration.server + call.path
        if !call.query.isEmpty {
            url += call.path.contains("?") ? "&" : "?"
            url += call.query.map { "\($0.0)=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        }
        var request = HTTPRequest(method: call.method, url: url, isStream: call.isStream)
        request.headers["Accept"] = call.accept
        if let authorization = credential.authorization {
            request.headers["Authorization"] = authorization
        }
        if let body = call.body {
            request.body = .bytes(body)
            request.headers["Content-Type"] = call.contentType
        }
        if var timeouts = call.timeouts {
            timeouts.connect = options.connectTimeout
            request.timeouts = timeouts
        }
        return request
    }
}
