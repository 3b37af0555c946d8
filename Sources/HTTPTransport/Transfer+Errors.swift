import CLibcurl

extension Transfer {
    /// What libcurl's result means.
    func outcome(of result: CURLcode) -> Result<Void, HTTPTransportError> {
        if result == CURLE_OK { return packingFailure.map { .failure($0) } ?? .success(()) }
        let detail = String(cString: errorText)
        let words = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        let (code, advice) = classify(result, words)
        return .failure(HTTPTransportError(code: code, message: "\(host): \(advice) (\(redact(words)))"))
    }

    private func classify(_ result: CURLcode, _ words: String) -> (HTTPTransportError.Code, String) {
        switch result {
        // libcurl takes an answer without a status line for HTTP/0.9.
        case CURLE_UNSUPPORTED_PROTOCOL where words.contains("HTTP/0.9"):
            return (.protocolViolation, "the answer is not HTTP; check the port")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return (.invalidRequest, "the URL cannot be used")
        case CURLE_COULDNT_RESOLVE_HOST:
            return (.nameResolution, "the name does not resolve; check the host in the URL and the DNS")
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            return (.proxy, "the proxy cannot be used; check proxy-url, https_proxy and no_proxy")
        case CURLE_COULDNT_CONNECT:
            return (.connectionFailed, "cannot connect; check that the server runs and that the port is right")
        case CURLE_PEER_FAILED_VERIFICATION:
            return (
                .tlsVerification,
                "the server's certificate does not verify; give the authority that signed it as CA, "
                    + "or the name that it carries as TLS server name"
            )
        case CURLE_SSL_CACERT_BADFILE:
            return (.tlsMaterial, "the CA certificate cannot be read; it must be PEM")
        case CURLE_SSL_CERTPROBLEM:
            return (.tlsMaterial, "the client certificate or its key cannot be read; both must be PEM and match")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED:
            return (.tls, "the TLS handshake failed; check that the server speaks TLS 1.2 or later on this port")
        case CURLE_OPERATION_TIMEDOUT: return timedOut(words)
        case CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK:
            return (.upload, "the request's body could not be read")
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            return (.connectionLost, "the connection broke before the answer was complete")
        // The second where something follows what was packed; no callback of ours refuses to write.
        case CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            return (
                .protocolViolation,
                "the answer is not packed as its Content-Encoding says; it must be gzip, in one piece"
            )
        case CURLE_WEIRD_SERVER_REPLY:
            return (.protocolViolation, "the answer is not HTTP")
        case CURLE_TOO_MANY_REDIRECTS:
            return (.protocolViolation, "more than \(request.maximumRedirects) redirects")
        default: return (.other, "the transfer failed")
        }
    }

    /// What is said where the wait for a connection took too long.
    ///
    /// - Parameter taken: which connections others have taken; nil where that is not the reason.
    func waitedInVain(taken: String?) -> HTTPTransportError {
        let within = waitLimit.map { " within \($0)" } ?? ""
        let message =
            taken.map { "no connection was free\(within): \($0) are taken; raise ulimit -n" }
            ?? "no connection\(within); check the address, the DNS, the network and firewalls"
        return HTTPTransportError(code: .connectTimeout, message: "\(host): \(message)")
    }

    private func timedOut(_ words: String) -> (HTTPTransportError.Code, String) {
        // libcurl has one code for both, and while there is no connection also the same words.
        if !words.hasPrefix("Operation timed out"), let limit = timeouts.connect,
            ContinuousClock.now - startedAt >= limit
        {
            return (.connectTimeout, "no connection within \(limit); check the address, the network and firewalls")
        }
        return (.timeout, "the answer was not complete within \(timeouts.total.map { "\($0)" } ?? "the time allowed")")
    }

    /// libcurl's own words never hold headers or bodies, but may repeat a proxy's URL with its password.
    private func redact(_ words: String) -> String {
        guard words.contains("@") else { return words }
        return words.split(separator: " ", omittingEmptySubsequences: false)
            .map { $0.contains("@") ? "…@" + ($0.split(separator: "@").last ?? "") : $0 }
            .joined(separator: " ")
    }
}
