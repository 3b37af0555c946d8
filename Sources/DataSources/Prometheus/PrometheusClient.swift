import Foundation
import HTTPTransport
import Threading

/// Asks a Prometheus-compatible server.
struct PrometheusClient: Sendable {
    /// The base address, its path prefix included, without a slash at the end.
    let url: String
    let credentials: HTTPCredentials
    let tenant: String?
    let http: HTTPClient
    let retries: RetryPolicy
    /// Whether a store that is away was waited for in vain: that is done once, not for every question.
    private let takesParts = Locked(false)

    /// An answer, or the news that a smaller question may get one.
    enum Outcome {
        case answer(PrometheusAnswer)
        case tooMuch(DataError)
        /// Not a byte came for as long as any server works on a question.
        case silence(DataError)
    }

    /// One answer is no larger than this; a larger one is asked for in smaller parts.
    static let maximumAnswerBytes = 256 << 20
    /// From this length on parameters travel in the body: proxies take addresses of about 8 KiB.
    private static let longestAddress = 4096

    /// Prometheus itself gives up after two minutes unless told otherwise.
    static let timeouts = HTTPTimeouts(connect: .seconds(10), total: .seconds(180), idle: .seconds(150))

    init(
        url: String, credentials: HTTPCredentials, tenant: String?, tls: TLSConfiguration, retries: RetryPolicy,
        timeouts: HTTPTimeouts = Self.timeouts
    ) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.credentials = credentials
        self.tenant = tenant
        self.retries = retries
        var configuration = HTTPClientConfiguration(tls: tls)
        configuration.timeouts = timeouts
        http = HTTPClient(configuration: configuration)
    }

    /// The address for messages, without anything that may be secret.
    var name: String { CSVURLSource.redacted(url) }

    /// Asks, again where a failure may pass, or a store is away that may come back; the part that is there is the answer then.
    ///
    /// - Parameters:
    ///   - path: what follows `/api/v1/`.
    ///   - field: the field that the question comes from.
    func ask(_ path: String, _ parameters: [(String, String)], field: String) async throws -> Outcome {
        var failures = 0
        var part: PrometheusAnswer?
        while true {
            let outcome: Result<PrometheusAnswer, DataError>
            var retryAfter: Int?
            do {
                let (status, headers, body) = try await http.fetch(
                    request(path, parameters), upTo: Self.maximumAnswerBytes)
                let reading = read(status: status, headers: headers, body: body, field: field)
                switch reading {
                case .answer(let answer):
                    if answer.warnings.isEmpty || takesParts.withLock({ $0 }) { return .answer(answer) }
                    part = answer
                    outcome = .success(answer)
                case .tooMuch(let error): return .tooMuch(error)
                case .final(let error): throw error
                case .transient(let error): outcome = .failure(error)
                }
                retryAfter = headers.retryAfter()
            } catch let error as HTTPTransportError {
                let explained = DataError(
                    .requestFailed, "cannot be asked: \(error.message)", source: name, field: field)
                switch error.code {
                case .bodyTooLarge, .timeout: return .tooMuch(explained)
                case .idleTimeout: return .silence(explained)
                case .cancelled: throw CancellationError()
                default: break
                }
                guard error.isTransient else { throw explained }
                outcome = .failure(explained)
            }
            failures += 1
            guard failures < retries.attempts else {
                let answer = try part ?? outcome.get()
                takesParts.withLock { $0 = true }
                return .answer(answer)
            }
            try await retries.sleep(retries.wait(afterFailure: failures, retryAfter: retryAfter))
        }
    }

    private func request(_ path: String, _ parameters: [(String, String)]) -> HTTPRequest {
        // In the order of their names: so they are signed, where they are, and libcurl 7.88 signs them as they stand.
        let form = parameters.sorted { $0.0 < $1.0 }
            .map { "\(PercentEncoding.query($0.0))=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        let address = "\(url)/api/v1/\(path)"
        // A GET is what a read-only login may send; only a question that is too long for an address goes by POST.
        var request = HTTPRequest(url: "\(address)?\(form)")
        if request.url.utf8.count > Self.longestAddress {
            request = HTTPRequest(method: "POST", url: address, body: .bytes(Array(form.utf8)))
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        }
        request.headers["Accept"] = "application/json"
        request.takesPacked = true
        if let tenant {
            request.headers["X-Scope-OrgID"] = tenant
            request.headers["THANOS-TENANT"] = tenant
        }
        credentials.authorize(&request)
        return request
    }
}
