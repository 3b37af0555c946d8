import Foundation
import HTTPTransport

/// Which MLflow server to write to, by the environment variables that MLflow's own client reads.
///
/// | variable | meaning |
/// |---|---|
/// | `MLFLOW_TRACKING_URI` | the server's address, `http` or `https`; nothing is written without it |
/// | `MLFLOW_EXPERIMENT_NAME` | the experiment of the runs; `presage` |
/// | `MLFLOW_TRACKING_TOKEN` | a bearer token |
/// | `MLFLOW_TRACKING_USERNAME`, `MLFLOW_TRACKING_PASSWORD` | basic authentication; the token goes first |
/// | `MLFLOW_TRACKING_SERVER_CERT_PATH` | the authority's certificate in PEM form |
/// | `MLFLOW_TRACKING_INSECURE_TLS` | `true` takes any certificate |
/// | `MLFLOW_HTTP_REQUEST_TIMEOUT` | seconds; 120 |
public struct MLflowConfiguration: Sendable, Hashable {
    /// The server's address without a slash at its end.
    public let url: String
    /// The experiment that runs are made in.
    public let experiment: String
    /// The `Authorization` header; nil where the server asks for none.
    let authorization: String?
    let tls: TLSConfiguration
    /// The longest that one request may take.
    let timeout: Duration

    /// Reads the settings; nil where no server is named.
    ///
    /// - Throws: ``MLflowError`` `invalidConfiguration` that names the variable.
    public init?(environment: [String: String]) throws(MLflowError) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap {
                $0.isEmpty ? nil : $0
            }
        }
        guard var url = value("MLFLOW_TRACKING_URI") else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw MLflowError(
                .invalidConfiguration,
                "MLFLOW_TRACKING_URI has to begin with http:// or https://: the operator writes to a tracking server")
        }
        guard !url.contains("@") else {
            throw MLflowError(
                .invalidConfiguration,
                "MLFLOW_TRACKING_URI holds credentials; give them as MLFLOW_TRACKING_USERNAME and "
                    + "MLFLOW_TRACKING_PASSWORD, from a Secret")
        }
        self.url = url
        experiment = value("MLFLOW_EXPERIMENT_NAME") ?? "presage"

        if let token = value("MLFLOW_TRACKING_TOKEN") {
            authorization = "Bearer \(token)"
        } else if let user = value("MLFLOW_TRACKING_USERNAME") {
            guard let password = value("MLFLOW_TRACKING_PASSWORD") else {
                throw MLflowError(
                    .invalidConfiguration, "MLFLOW_TRACKING_USERNAME is set; set MLFLOW_TRACKING_PASSWORD too")
            }
            authorization = "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
        } else {
            authorization = nil
        }

        var tls = TLSConfiguration()
        if let path = value("MLFLOW_TRACKING_SERVER_CERT_PATH") { tls.certificateAuthority = .file(path) }
        tls.insecureSkipVerify = value("MLFLOW_TRACKING_INSECURE_TLS")?.lowercased() == "true"
        self.tls = tls

        let seconds = value("MLFLOW_HTTP_REQUEST_TIMEOUT") ?? "120"
        guard let timeout = Int(seconds), timeout > 0 else {
            throw MLflowError(
                .invalidConfiguration, "MLFLOW_HTTP_REQUEST_TIMEOUT is \(seconds); give whole seconds above 0")
        }
        self.timeout = .seconds(timeout)
    }
}

extension MLflowConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// The address and the experiment; never the credentials.
    public var description: String { "MLflow at \(url), experiment \(experiment)" }
    /// The same.
    public var debugDescription: String { description }
}
