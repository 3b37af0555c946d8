import HTTPTransport

extension PrometheusClient {
    /// What an answer means for the question.
    enum Reading {
        case answer(PrometheusAnswer)
        /// A smaller question may be answered.
        case tooMuch(DataError)
        /// The same question may be answered later.
        case transient(DataError)
        /// Asking again changes nothing.
        case final(DataError)
    }

    /// Judges an answer by its status and its body.
    func read(status: Int, headers: HTTPHeaders = [:], body: [UInt8], field: String) -> Reading {
        let answer: PrometheusAnswer
        do throws(JSONScanner.Malformed) {
            answer = try PrometheusAnswer(decoding: body)
        } catch {
            return unreadable(status: status, headers: headers, offset: error.offset, body: body, field: field)
        }
        if status == 200, answer.isSuccess { return .answer(answer) }

        let said = excerpt(answer.error.isEmpty ? "no reason given" : answer.error)
        func error(_ code: DataError.Code, _ message: String) -> DataError {
            DataError(code, message, source: name, field: field)
        }
        if Self.isTooMuch(status: status, type: answer.errorType, error: answer.error) {
            return .tooMuch(
                error(
                    .tooLarge,
                    "the server cannot answer even the smallest part of this (\(status)): \(said); narrow the query or "
                        + "raise the server's limits"))
        }
        switch status {
        case 401, 403: return .final(denied(status, answer.error))
        case 422 where Self.isStoreAway(answer.error):
            return .transient(
                error(.requestFailed, "a store of the server did not answer (\(status)): \(said); try again later"))
        case 400, 422:
            return .final(error(.invalidQuery, "the server refuses the query (\(status)): \(said); correct it"))
        case _ where RetryPolicy.isTransient(status: status):
            return .transient(
                error(.requestFailed, "the server could not answer (\(status)): \(said); try again later"))
        default: return .final(error(.requestFailed, "the server answered \(status): \(said)"))
        }
    }

    /// An answer that is not JSON comes from a proxy, a login page or another server.
    private func unreadable(
        status: Int, headers: HTTPHeaders, offset: Int, body: [UInt8], field: String
    ) -> Reading {
        let address = "spec.source.prometheus.url"
        func error(_ code: DataError.Code, _ message: String) -> DataError {
            DataError(code, message, source: name, field: address)
        }
        switch status {
        case 401, 403: return .final(denied(status, String(decoding: body.prefix(200), as: UTF8.self)))
        case 300..<400:
            // Where it leads may hold a key of its own behind the question mark.
            let place = headers["Location"].map { " to \(CSVURLSource.redacted($0))" } ?? ""
            return .final(
                error(
                    .requestFailed,
                    "redirects (\(status))\(place), perhaps to a login page; give the interface's own address"))
        case 404:
            return .final(
                error(
                    .requestFailed,
                    "has nothing at /api/v1 (404); give the server's base address with its path prefix, such as "
                        + "http://mimir/prometheus"))
        case 413:
            return .tooMuch(
                DataError(.tooLarge, "the answer is too large (413); narrow the query", source: name, field: field))
        // A proxy in front gave up waiting.
        case 504:
            return .tooMuch(
                DataError(
                    .tooLarge, "the answer takes too long (504); narrow the query, or lengthen the proxy's time-out",
                    source: name, field: field))
        case 200:
            // A connection that breaks in the middle looks like this too, but then the transport says so.
            return .final(
                error(
                    .invalidAnswer,
                    body.isEmpty
                        ? "answers with nothing; give the address of a Prometheus-compatible server"
                        : "answers with something that is not its interface's JSON (from byte \(offset) on); give the "
                            + "address of a Prometheus-compatible server, with its path prefix"))
        case _ where RetryPolicy.isTransient(status: status):
            return .transient(error(.requestFailed, "could not answer (\(status)); try again later"))
        default:
            // A server's words, but no page.
            let text = excerpt(String(decoding: body.prefix(1000), as: UTF8.self))
            let said = text.isEmpty || text.hasPrefix("<") ? "" : " (\(text))"
            return .final(
                error(
                    .requestFailed,
                    "answered \(status) where 200 was expected\(said); give the server's base address with its path prefix, "
                        + "such as http://vmselect:8481/select/0/prometheus"))
        }
    }

    private func denied(_ status: Int, _ said: String) -> DataError {
        // Mimir's words, and Cortex' and Loki's.
        if tenant == nil, said.contains("no org id") {
            return DataError(
                .accessDenied,
                "the server has tenants and was asked for none (\(status)); name the one whose data it is",
                source: name, field: "spec.source.prometheus.tenant")
        }
        let (field, hint) =
            switch credentials {
            case .none: ("auth", "name a Secret with credentials")
            case .bearer: ("auth", "check that the Secret's token is valid and may read")
            case .basic: ("auth", "check the user name and the password in the Secret")
            case .signature:
                (
                    "sigv4",
                    "check the access key in the Secret, that it may query (aps:QueryMetrics, aps:GetSeries), and the region"
                )
            }
        return DataError(
            .accessDenied, "the server refuses access (\(status)); \(hint)", source: name,
            field: "spec.source.prometheus.\(field)")
    }

    /// Whether the server gave up because of the size of the question.
    ///
    /// Prometheus: `query processing would load too many samples into memory`, `exceeded maximum resolution of 11,000
    /// points`, `query timed out`; Mimir and Cortex: `exceeded the limit`, `the query time range exceeds the limit`;
    /// VictoriaMetrics: `too many points`, `cannot select more than -search.maxSamplesPerQuery`; Thanos: `exceeded series
    /// limit`.
    static func isTooMuch(status: Int, type: String, error: String) -> Bool {
        if status == 413 || type == "timeout" { return true }
        guard [200, 400, 422, 500, 503, 504].contains(status) else { return false }
        let text = error.lowercased()
        let signs = [
            "too many samples", "too many points", "maximum resolution", "timed out", "time-out", "timeout",
            "deadline exceeded", "exceeds the limit", "exceeded the limit", "exceeded the maximum", "limit exceeded",
            "exceeded series limit", "exceeds max", "cannot select more than", "too large",
        ]
        // The names of Mimir's limits and of VictoriaMetrics'. With other statuses these are of how many may ask at once.
        if status == 400 || status == 422, ["err-mimir-max-", "-search.max"].contains(where: text.contains) {
            return true
        }
        return signs.contains { text.contains($0) }
    }

    /// Whether a server could not answer for a store behind it, which it asks by gRPC: Thanos says so with 422, where it must
    /// not answer in part (`proxy Series(): rpc error: code = Aborted desc = failed to receive any data`).
    private static func isStoreAway(_ error: String) -> Bool {
        ["Aborted", "Unavailable", "Canceled"].contains { error.contains("rpc error: code = \($0) ") }
    }

    /// A text of the server without secrets, short enough for a status.
    func excerpt(_ text: String) -> String { Self.excerpt(credentials.redacting(text)) }

    /// A text of the server, short enough for a status. What is wrong stands at its begin, or, behind all that it passed
    /// through, at its end.
    private static func excerpt(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 400 ? "\(line.prefix(200)) … \(line.suffix(200))" : line
    }
}
