/// An S3 server with one object that somebody else replaces after each look: decision after decision of Presage's, by the
/// metadata that they have.
public struct BusyStore: Sendable {
    /// The server's address.
    public let url: String

    /// Whether the server can be started here.
    public static var isInstalled: Bool { TestServer.program("python3") != nil }

    /// Starts a server, runs `body` and stops it.
    ///
    /// - Parameters:
    ///   - first: the number of the decision that the first look finds; the next one finds the next.
    ///   - looks: what a look is answered with.
    ///   - conditions: what a write is answered with that names a condition.
    public static func with(
        first: Int, looks: Int = 200, conditions: Int = 412, _ body: (BusyStore) async throws -> Void
    ) async throws {
        guard let python = TestServer.program("python3") else { throw TestServer.Failure(description: "no python3") }
        try await TestServer.running(
            python, arguments: { port, _ in ["-c", program, "\(port)", "\(first)", "\(looks)", "\(conditions)"] }
        ) { port, _ in
            try await body(BusyStore(url: "http://127.0.0.1:\(port)"))
        }
    }

    /// Answers every `GET` with what was asked before, one request a line: the method, its condition, its decision.
    private static let program = """
        import http.server, sys
        port, sequence, looks, conditions = map(int, sys.argv[1:])
        log = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body=b"", headers={}):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.answer(200, "\\n".join(log).encode())

            def do_HEAD(self):
                global sequence
                log.append("HEAD")
                self.answer(looks, headers={"ETag": '"t%d"' % sequence, "x-amz-meta-presage-model-uid": "u",
                    "x-amz-meta-presage-sequence": str(sequence)})
                sequence += 1

            def do_PUT(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                condition = self.headers["If-Match"] or self.headers["If-None-Match"] or "-"
                log.append("PUT %s %s" % (condition, self.headers["x-amz-meta-presage-sequence"]))
                self.answer(200 if condition == "-" else conditions)

            def log_message(self, *arguments):
                pass

        http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
        """
}
