import HTTPTransport

extension KubernetesError {
    init(_ call: KubernetesClient.Call, transport error: HTTPTransportError) {
        self.init(code: .transport, message: "\(call.what): \(error.message)", transport: error)
    }

    /// Reads the Status in an answer that is not 2xx.
    init(
        _ call: KubernetesClient.Call,
        response: HTTPResponse,
        body: [UInt8],
        configuration: ClusterConfiguration
    ) {
        var status: Status?
        if let json = try? JSONValue(parsing: body), json["kind"]?.stringValue == "Status" {
            status = try? json.decode(Status.self)
        }
        let code = Self.code(response.status, status)
        let said = status?.message ?? Self.firstLine(body)
        var message = "\(call.what): \(response.status)"
        if let reason = status?.reason { message += " \(reason)" }
        if !said.isEmpty { message += ": \(said)" }
        if let advice = Self.advice(code, said: said, configuration) { message += " (\(advice))" }
        self.init(code: code, message: message, status: status, httpStatus: response.status)
        retryAfter = Self.retryAfter(response, status)
    }

    /// The error in a watch's ERROR event, or in any Status.
    init(what: String, status: Status) {
        var code = Self.code(status.code ?? 500, status)
        if code == .server { code = .watchFailed }
        self.init(
            code: code,
            message: "\(what): \(status.code ?? 0) \(status.reason ?? ""): \(status.message ?? "the watch failed")",
            status: status,
            httpStatus: status.code
        )
    }

    private static func code(_ http: Int, _ status: Status?) -> Code {
        switch http {
        case 400, 422: .invalid
        case 401: .unauthorized
        case 403: .forbidden
        case 404: .notFound
        case 409: status?.reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .expired
        case 413: .tooLarge
        case 429: .tooManyRequests
        case 503, 504: .unavailable
        default: status?.reason == "Expired" || status?.reason == "Gone" ? .expired : .server
        }
    }

    private static func advice(_ code: Code, said: String, _ configuration: ClusterConfiguration) -> String? {
        switch code {
        case .unauthorized:
            switch configuration.credentials {
            case .none: "no credentials are set in \(configuration.source)"
            case .token: "the token in \(configuration.source) is wrong or expired"
            case .tokenFile(let path): "the token in \(path) is wrong or expired"
            case .basic: "the user or password in \(configuration.source) is wrong"
            case .exec(let plugin): "the credentials of the plugin '\(plugin.command)' are refused; log in anew"
            }
        // A quota, a LimitRange, a policy and a namespace that is being deleted answer 403 too, and say so themselves.
        case .forbidden where said.isEmpty || said.contains("User \""):
            "RBAC does not allow it; check the Role and RoleBinding"
        default: nil
        }
    }

    /// The time to wait that the server asks for: only where it asks is repeating safe for every method, for the
    /// request was not carried out.
    private static func retryAfter(_ response: HTTPResponse, _ status: Status?) -> Duration? {
        guard response.status == 429 || response.status >= 500 else { return nil }
        if let seconds = response.headers.retryAfter() { return .seconds(min(seconds, 300)) }
        return response.status == 429 ? .seconds(min(status?.details?.retryAfterSeconds ?? 1, 300)) : nil
    }

    private static func firstLine(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(400), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
    }
}
