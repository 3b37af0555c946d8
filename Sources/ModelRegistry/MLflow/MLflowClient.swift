import HTTPTransport
import KubernetesClient

/// MLflow's REST API (2.0), as far as a tracker and registry needs it.
///
/// Every call is one request, tried once: who calls decides when to try again.
public struct MLflowClient: Sendable {
    /// The settings.
    public let configuration: MLflowConfiguration
    private let http: HTTPClient

    /// Talks to the server of `configuration`.
    public init(configuration: MLflowConfiguration, userAgent: String = "presage") {
        self.configuration = configuration
        http = HTTPClient(configuration: HTTPClientConfiguration(tls: configuration.tls, userAgent: userAgent))
    }

    /// Asks `mlflow/<path>` and returns the answer's JSON.
    ///
    /// - Throws: ``MLflowError`` with what the server said.
    func call(_ method: String, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil)
        async throws -> JSONValue
    {
        var url = "\(configuration.url)/api/2.0/mlflow/\(path)"
        if !query.isEmpty {
            url += "?" + query.map { "\($0.0)=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        }
        // What makes a run or a version makes another one when it comes twice.
        var request = HTTPRequest(method: method, url: url, isSentOnce: method == "POST")
        request.headers["Accept"] = "application/json"
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = .bytes(body.serialized())
        }
        let answer = try await send(request, what: "\(method) \(path)")
        guard let json = try? JSONValue(parsing: answer) else {
            throw MLflowError(
                .unexpectedAnswer,
                "\(configuration.url) answered \(method) \(path) with something other than JSON; "
                    + "check that MLFLOW_TRACKING_URI is the address of an MLflow server")
        }
        return json
    }

    /// Stores a file beside a run, through the server.
    ///
    /// - Parameter path: below the server's artifact root, such as `1/<run>/artifacts/model/manifest.json`.
    func upload(_ bytes: [UInt8], to path: String) async throws {
        let escaped = path.split(separator: "/").map { PercentEncoding.pathSegment(String($0)) }.joined(separator: "/")
        var request = HTTPRequest(
            method: "PUT", url: "\(configuration.url)/api/2.0/mlflow-artifacts/artifacts/\(escaped)")
        request.headers["Content-Type"] = "application/octet-stream"
        request.body = .bytes(bytes)
        _ = try await send(request, what: "PUT of artifact \(path)")
    }

    private func send(_ request: HTTPRequest, what: String) async throws -> [UInt8] {
        var request = request
        if let authorization = configuration.authorization { request.headers["Authorization"] = authorization }
        request.timeouts = HTTPTimeouts(connect: .seconds(10), total: configuration.timeout)
        let answer: (status: Int, headers: HTTPHeaders, body: [UInt8])
        do {
            answer = try await http.fetch(request, upTo: 64 << 20)
        } catch let error as HTTPTransportError where error.code != .cancelled {
            throw MLflowError(error, endpoint: configuration.url)
        }
        guard (200..<300).contains(answer.status) else { throw Self.error(answer.status, answer.body, what: what) }
        return answer.body
    }

    /// What an answer of an error's status means.
    static func error(_ status: Int, _ body: [UInt8], what: String) -> MLflowError {
        let json = try? JSONValue(parsing: body)
        let name = json?["error_code"]?.stringValue ?? ""
        let said = json?["message"]?.stringValue ?? String(decoding: body.prefix(200), as: UTF8.self)
        let message = "MLflow refused \(what) (\(status)\(name.isEmpty ? "" : " \(name)")): \(said.prefix(500))"
        switch (name, status) {
        case ("RESOURCE_ALREADY_EXISTS", _): return MLflowError(.alreadyExists, message)
        case ("RESOURCE_DOES_NOT_EXIST", _), (_, 404): return MLflowError(.notFound, message)
        case (_, 401), (_, 403):
            return MLflowError(
                .unauthorized,
                "\(message); set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to "
                    + "credentials that may write")
        case (_, 429), (_, 500...): return MLflowError(.serverFailed, message)
        default: return MLflowError(.rejected, message)
        }
    }
}
