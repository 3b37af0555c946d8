public import Foundation

/// A Prometheus on a free port of 127.0.0.1 whose history was written by `promtool`; gone after `with`.
public struct PrometheusServer: Sendable {
    /// The base address.
    public let url: String
    /// The certificate that it shows, where it speaks TLS.
    public let certificate: URL?

    /// What the server is started with.
    public struct Options: Sendable {
        /// Whether it asks for the user `presage` with the password `s3cret-pass`.
        public var asksForPassword = false
        /// Whether it speaks TLS, with a certificate of its own.
        public var speaksTLS = false
        /// More of the command line, such as `--query.max-samples=1000`.
        public var arguments: [String] = []

        /// Plain HTTP that everybody may read.
        public init() {}
    }

    /// Whether a server can be started here.
    public static var isInstalled: Bool {
        TestServer.program("prometheus") != nil && TestServer.program("promtool") != nil
    }

    /// The password of the user `presage`.
    public static let password = "s3cret-pass"
    /// It, by bcrypt with its lowest cost.
    private static let passwordHash = "$2b$04$abcdefghijklmnopqrstuuaUNpTaGyHErb7YklXKRt/SEtSLxPST6"

    /// Writes `history` in the OpenMetrics format, without the `# EOF`, into blocks; starts a server on them, runs `body`
    /// and stops it.
    public static func with(
        history: String, _ options: Options = Options(), _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        guard let program = TestServer.program("prometheus"), let promtool = TestServer.program("promtool") else {
            throw TestServer.Failure(description: "Prometheus is not installed")
        }
        try await TestServer.running(
            // The port answers earlier than queries do.
            program, ready: .words("Server is ready to receive web requests"),
            arguments: { port, folder in
                try write(history, options, into: folder, with: promtool)
                return [
                    "--config.file=prometheus.yml", "--web.config.file=web.yml", "--storage.tsdb.path=data",
                    // The history may be of any time.
                    "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:\(port)",
                ] + options.arguments
            }
        ) { port, folder in
            try await body(
                PrometheusServer(
                    url: "\(options.speaksTLS ? "https" : "http")://127.0.0.1:\(port)",
                    certificate: options.speaksTLS ? folder.appending(path: "cert.pem") : nil))
        }
    }

    private static func write(_ history: String, _ options: Options, into folder: URL, with promtool: URL) throws {
        func path(_ name: String) -> String { folder.appending(path: name).path }
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        if !history.isEmpty {
            try write(history + "# EOF\n", "history.om")
            try TestServer.run(
                promtool,
                [
                    "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", "--quiet",
                    path("history.om"), path("data"),
                ])
        }
        try write("global: {}\n", "prometheus.yml")
        var web = ""
        if options.asksForPassword { web += "basic_auth_users:\n  presage: \(passwordHash)\n" }
        if options.speaksTLS {
            try TestServer.certificate(key: path("key.pem"), certificate: path("cert.pem"))
            web += "tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n"
        }
        try write(web, "web.yml")
    }
}
