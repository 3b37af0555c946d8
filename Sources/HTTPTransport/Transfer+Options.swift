import CLibcurl
import Foundation
import Threading

extension Transfer {
    /// Makes the libcurl handle; nil where the transfer was cancelled or cannot be made, which ``finish(_:)`` was told.
    func prepare() -> UnsafeMutableRawPointer? {
        if state.withLock({ $0.cancelled }) { return nil }
        if let reason = invalidity() {
            finish(.failure(HTTPTransportError(code: .invalidRequest, message: "\(host): \(reason)")))
            return nil
        }
        guard let easy = curl_easy_init() else {
            finish(.failure(HTTPTransportError(code: .other, message: "\(host): libcurl is out of memory")))
            return nil
        }
        self.easy = easy
        startedAt = .now
        lastActivity = startedAt
        let context = Unmanaged.passUnretained(self).toOpaque()
        presage_curl_set_pointer(easy, CURLOPT_PRIVATE, context)
        presage_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        presage_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        presage_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        presage_curl_set_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        presage_curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // `/a/../b` is what the caller means: to an object store it is another name than `/b`.
        presage_curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        presage_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        presage_curl_set_long(easy, CURLOPT_TCP_KEEPIDLE, 30)
        presage_curl_set_long(easy, CURLOPT_TCP_KEEPINTVL, 15)
        if request.maximumRedirects > 0 {
            presage_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
            presage_curl_set_long(easy, CURLOPT_MAXREDIRS, request.maximumRedirects)
        }
        // libcurl sends anew, whatever the method, what a kept connection left without an answer.
        if request.isSentOnce { presage_curl_set_long(easy, CURLOPT_FRESH_CONNECT, 1) }
        if request.takesPacked {
            presage_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip")
            watchPacked(easy, context)
        }
        setVersion(easy)
        setTimeouts(easy)
        setTLS(easy)
        setProxy(easy)
        setBody(easy)
        setHeaders(easy, serverNameHost: setURL(easy))
        setSignature(easy)
        setCallbacks(easy, context)
        return easy
    }

    /// Why the request cannot be sent, or nil.
    private func invalidity() -> String? {
        guard let parts = HTTPURL.parts(request.url), parts.scheme == "http" || parts.scheme == "https" else {
            return "not an http or https URL"
        }
        if request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            return "the URL holds a space or a control character; percent-encode it"
        }
        for field in request.headers.fields {
            let bytes = (field.name + field.value).utf8
            if field.name.isEmpty || bytes.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) {
                return
                    "the header '\(field.name.filter { $0.isLetter || $0 == "-" })' holds a line break or has no name"
            }
        }
        return nil
    }

    private func setVersion(_ easy: UnsafeMutableRawPointer) {
        if configuration.http2 {
            presage_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
            // Wait for a connection that may be shared rather than open one for each request. Without TLS none can be
            // shared, and libcurl lets only one of those who wait go on for each that ends: streams do not end.
            let mayShare = HTTPURL.parts(request.url)?.scheme == "https"
            presage_curl_set_long(easy, CURLOPT_PIPEWAIT, mayShare ? 1 : 0)
        } else {
            presage_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        }
    }

    private func setTimeouts(_ easy: UnsafeMutableRawPointer) {
        if let connect = timeouts.connect {
            presage_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, max(1, connect.milliseconds(roundedUp: true)))
        } else {
            presage_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(Int32.max))
        }
        if let total = timeouts.total {
            let left = total - (startedAt - postedAt)
            presage_curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, left.milliseconds(roundedUp: true)))
        }
    }

    private func setTLS(_ easy: UnsafeMutableRawPointer) {
        let tls = configuration.tls
        let minimum = tls.minimumVersion == .tls13 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2
        presage_curl_set_long(easy, CURLOPT_SSLVERSION, Int(minimum))
        if tls.insecureSkipVerify {
            presage_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
            presage_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
        }
        if let authority = tls.certificateAuthority {
            // The system's directory would be trusted beside the caller's authority.
            presage_curl_set_string(easy, CURLOPT_CAPATH, nil)
            presage_curl_set_long(easy, CURLOPT_CA_CACHE_TIMEOUT, 60)
            set(authority, file: CURLOPT_CAINFO, blob: CURLOPT_CAINFO_BLOB, on: easy)
        }
        if let identity = tls.identity {
            set(identity.certificate, file: CURLOPT_SSLCERT, blob: CURLOPT_SSLCERT_BLOB, on: easy)
            set(identity.key, file: CURLOPT_SSLKEY, blob: CURLOPT_SSLKEY_BLOB, on: easy)
        }
    }

    private func set(
        _ material: TLSConfiguration.Material,
        file: CURLoption,
        blob: CURLoption,
        on easy: UnsafeMutableRawPointer
    ) {
        switch material {
        case .file(let path): presage_curl_set_string(easy, file, path)
        case .bytes(let bytes): presage_curl_set_blob(easy, blob, bytes, bytes.count)
        }
    }

    private func setProxy(_ easy: UnsafeMutableRawPointer) {
        switch configuration.proxy {
        case .environment: break
        case .none: presage_curl_set_string(easy, CURLOPT_PROXY, "")
        case .url(let url, let except):
            presage_curl_set_string(easy, CURLOPT_PROXY, url)
            presage_curl_set_string(easy, CURLOPT_NOPROXY, except ?? "")
        }
    }

    /// Sets the URL.
    ///
    /// To verify another name than the URL's host, the URL names it and the connection goes to the host all the same;
    /// then the value is the `Host` to send.
    private func setURL(_ easy: UnsafeMutableRawPointer) -> String? {
        guard let name = configuration.tls.serverName, let parts = HTTPURL.parts(request.url), parts.scheme == "https"
        else {
            presage_curl_set_string(easy, CURLOPT_URL, request.url)
            return nil
        }
        let (host, port) = HTTPURL.hostAndPort(parts.authority, scheme: parts.scheme)
        connectTo = curl_slist_append(nil, "\(name):\(port):\(host):\(port)")
        presage_curl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
        presage_curl_set_string(easy, CURLOPT_URL, "https://\(name):\(port)\(parts.rest)")
        return parts.authority
    }

    private func setBody(_ easy: UnsafeMutableRawPointer) {
        switch request.body {
        case .none:
            if request.method == "HEAD" {
                presage_curl_set_long(easy, CURLOPT_NOBODY, 1)
            } else if request.method == "POST" || request.method == "PUT" || request.method == "PATCH" {
                setBytes([], on: easy)
            }
        case .bytes(let bytes): setBytes(bytes, on: easy)
        case .stream(let length, _):
            presage_curl_set_long(easy, CURLOPT_UPLOAD, 1)
            presage_curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length ?? -1))
        }
        if request.method != "HEAD" { presage_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func setBytes(_ bytes: [UInt8], on easy: UnsafeMutableRawPointer) {
        presage_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        bytes.withUnsafeBytes { buffer in
            // libcurl takes a null pointer for "read it from the callback".
            if let base = buffer.baseAddress, !buffer.isEmpty {
                _ = presage_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: base))
            } else {
                _ = presage_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            }
        }
    }

    private func setHeaders(_ easy: UnsafeMutableRawPointer, serverNameHost: String?) {
        var list: UnsafeMutablePointer<curl_slist>?
        func add(_ line: String) { list = curl_slist_append(list, line) }
        for field in request.headers.fields {
            // A header without value must be written with a semicolon, or libcurl takes it for a removal.
            add(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // libcurl 7.88 signs headers that a request only takes away as if they were sent, and every server refuses that.
        if request.signature == nil {
            if request.headers["Expect"] == nil { add("Expect:") }
            if request.headers["Content-Type"] == nil { add("Content-Type:") }
        }
        if let serverNameHost, request.headers["Host"] == nil { add("Host: \(serverNameHost)") }
        if let token = request.signature?.sessionToken { add("x-amz-security-token: \(token)") }
        headerList = list
        presage_curl_set_list(easy, CURLOPT_HTTPHEADER, list)
        presage_curl_set_string(easy, CURLOPT_USERAGENT, configuration.userAgent)
    }

    private func setSignature(_ easy: UnsafeMutableRawPointer) {
        guard let signature = request.signature else { return }
        presage_curl_set_string(easy, CURLOPT_AWS_SIGV4, "aws:amz:\(signature.region):\(signature.service)")
        presage_curl_set_string(easy, CURLOPT_USERNAME, signature.accessKeyID)
        presage_curl_set_string(easy, CURLOPT_PASSWORD, signature.secretAccessKey)
    }
}
