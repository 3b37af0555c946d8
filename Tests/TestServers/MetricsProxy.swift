import Foundation

/// A proxy in front of a Prometheus that behaves like the servers and proxies of other people; gone after `with`.
///
/// The first part of the path says how: `tenant` wants a bearer token and the tenant `shop`; `partial` adds warnings, as Thanos
/// does when a store is away, `storages` says so as VictoriaMetrics' cluster does, `forgetful` also leaves out what belongs to
/// the ReplicaSet whose name ends in `9b7`, `thanos` does that without a warning, and `hollow` leaves out everything;
/// `returning` warns twice, without the pod whose name ends in `x6jkl`, and is whole then; `remarks` has what newer releases of
/// Prometheus remark on queries; `silent` never answers a range query; `login` answers with a page; `future` has its clock a
/// day ahead; `down` is never there, `flaky` is there every second time; `narrow` answers at most 100 points; `mimir` wants a
/// tenant and refuses more than a day as Mimir 3.0 does; `signed` wants requests signed as Amazon does. `table` is no server of
/// metrics: it has ten days of a CSV table for who has the token; `waking` has it too, but is busy first and asks for seven
/// seconds, and breaks off in the middle then; `moved` says that it lies elsewhere; `packed` has it packed with gzip for
/// everybody, and beside it `bomb.csv`, 256 MiB of line breaks, and `plain.csv`, which only claims to be packed.
public struct MetricsProxy: Sendable {
    /// The base address, without the part that says how it behaves.
    public let url: String

    /// The only token that `tenant` takes.
    public static let token = "t0ken-of-the-shop"

    /// The only access key that `signed` takes, for the service `aps` in `eu-central-1`.
    public static let accessKeyID = "AKIDEXAMPLE"
    /// Its secret, as in Amazon's documentation.
    public static let secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

    /// Whether it can be started here.
    public static var isInstalled: Bool { TestServer.program("python3") != nil }

    /// Starts a proxy in front of `server`, runs `body` and stops it.
    public static func with(_ server: PrometheusServer?, _ body: (MetricsProxy) async throws -> Void) async throws {
        guard let python = TestServer.program("python3") else { throw TestServer.Failure(description: "no python3") }
        try await TestServer.running(
            python,
            arguments: { port, _ in ["-c", program, "\(port)", server?.url ?? "", token, accessKeyID, secretAccessKey] }
        ) { port, _ in
            try await body(MetricsProxy(url: "http://127.0.0.1:\(port)"))
        }
    }

    private static let program = """
        import gzip, hashlib, hmac, http.server, json, re, sys, time, urllib.error, urllib.parse, urllib.request
        port, upstream, token = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        count, woken, returned = [0], [0], [0]

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, body, type="application/json", headers={}):
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Type", type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def error(self, status, type, text):
                self.answer(status, json.dumps({"status": "error", "errorType": type, "error": text}))

            def is_signed(self, body):
                # AWS Signature Version 4, by its documentation alone.
                given = re.fullmatch("AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8}/eu-central-1/aps/aws4_request), ?"
                    "SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})", self.headers["Authorization"] or "")
                if not given or given[1] != sys.argv[4]:
                    return False
                names = given[3].split(";")
                if names != sorted(names) or not {"host", "x-amz-date"} <= set(names):
                    return False
                path, _, query = self.path.partition("?")
                headers = [name + ":" + " ".join(self.headers[name].split()) for name in names]
                request = [self.command, path, "&".join(sorted(query.split("&"))), *headers, "", given[3],
                    hashlib.sha256(body or b"").hexdigest()]
                text = ["AWS4-HMAC-SHA256", self.headers["x-amz-date"], given[2],
                    hashlib.sha256("\\n".join(request).encode()).hexdigest()]
                key = ("AWS4" + sys.argv[5]).encode()
                for part in given[2].split("/") + ["\\n".join(text)]:
                    key = hmac.digest(key, part.encode(), "sha256")
                return key.hex() == given[4]

            def do_GET(self, body=None):
                mode, _, rest = self.path.lstrip("/").partition("/")
                count[0] += 1
                if mode == "down" or (mode == "flaky" and count[0] % 2):
                    return self.answer(503, "upstream connect error", "text/plain", {"Retry-After": "0"})
                if mode == "login":
                    return self.answer(200, "<html><form>Please log in</form></html>", "text/html")
                if mode == "moved":
                    return self.answer(302, "", headers={"Location": "https://cdn.example/sales.csv?signature=s1gned"})
                if mode == "waking":
                    mode, woken[0] = "table", woken[0] + 1
                    if woken[0] == 1:
                        return self.answer(503, "busy", "text/plain", {"Retry-After": "7"})
                    if woken[0] == 2:
                        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 9000\\r\\n\\r\\nunique_id,ds,y\\na,1767571200,1\\n")
                        self.close_connection = True
                        return
                if mode == "packed":
                    rows = ["a,%d,%d" % (1767571200 + hour * 3600, 10 + hour % 24) for hour in range(240)]
                    table = "\\n".join(["unique_id,ds,y"] + rows).encode() + b"\\n"
                    body = {"bomb.csv": gzip.compress(bytes([10]) * (1 << 28), 1) if rest == "bomb.csv" else b"",
                        "plain.csv": table, "words.csv": table,
                        "cut.csv": gzip.compress(table)[:-40]}.get(rest) or gzip.compress(table)
                    return self.answer(200, body, "text/csv", {"Content-Encoding": "utf-8" if rest == "words.csv" else "gzip"})
                if mode == "table":
                    if self.headers["Authorization"] != "Bearer " + token:
                        return self.error(401, "unauthorized", "no such token: " + str(self.headers["Authorization"]))
                    rows = ["a,%d,%d" % (1767571200 + hour * 3600, 10 + hour % 24) for hour in range(240)]
                    return self.answer(200, "\\n".join(["unique_id,ds,y"] + rows) + "\\n", "text/csv")
                if mode == "tenant":
                    if self.headers["Authorization"] != "Bearer " + token:
                        return self.error(401, "unauthorized", "no such token: " + str(self.headers["Authorization"]))
                    if self.headers["X-Scope-OrgID"] != "shop":
                        return self.error(401, "unauthorized", "no org id")
                if mode == "mimir" and not self.headers["X-Scope-OrgID"]:
                    return self.answer(401, "no org id\\n", "text/plain; charset=utf-8")
                if mode == "signed" and not self.is_signed(body):
                    return self.answer(403, json.dumps({"message": "The request signature we calculated does not match"}))
                query = urllib.parse.parse_qs(body.decode() if body else self.path.partition("?")[2])
                if mode == "narrow" and "step" in query:
                    points = (int(query["end"][0]) - int(query["start"][0])) // int(query["step"][0]) + 1
                    if points > 100:
                        return self.error(422, "execution", "the query time range exceeds the limit (100 points)")
                if mode == "mimir" and "end" in query and int(query["end"][0]) - int(query["start"][0]) > 86400:
                    said = ("the query exceeded the aggregated chunks size limit (limit: 100000 bytes) "
                        "(err-mimir-max-chunks-bytes-per-query). Consider reducing the time range and/or number of series.")
                    if "/series" in rest:
                        said = ("the query time range exceeds the limit (query length: 335h55m0s, limit: 24h0m0s) "
                            "(err-mimir-max-query-length). To adjust the related per-tenant limit, configure it.")
                    return self.error(422, "execution", said)
                if mode == "silent" and rest.startswith("api/v1/query_range"):
                    time.sleep(600)
                request = urllib.request.Request(upstream + "/" + rest, data=body)
                try:
                    with opener.open(request) as response:
                        status, answer = response.status, response.read()
                except urllib.error.HTTPError as error:
                    status, answer = error.code, error.read()
                if mode == "returning" and rest.startswith("api/v1/query_range"):
                    returned[0] += 1
                    if returned[0] <= 2:
                        document = json.loads(answer)
                        document["warnings"] = ["store 10.0.0.7:10901 did not answer"]
                        result = document["data"]["result"]
                        document["data"]["result"] = [one for one in result if not one["metric"]["pod"].endswith("x6jkl")]
                        answer = json.dumps(document).encode()
                if status == 200 and mode in ("partial", "forgetful", "thanos", "hollow", "storages", "remarks", "future"):
                    document = json.loads(answer)
                    if mode in ("partial", "forgetful", "hollow") or mode == "thanos" and "/series" not in rest:
                        document["warnings"] = ["store 10.0.0.7:10901 did not answer"]
                    if mode == "storages":
                        document["isPartial"] = True
                    elif mode == "remarks":
                        document["infos"] = ["PromQL info: metric might not be a counter: container_cpu (1:6)"]
                        document["warnings"] = ["PromQL warning: a mix of histograms and floats (1:1)"]
                    elif mode in ("forgetful", "thanos") and "/series" in rest:
                        document["data"] = [one for one in document["data"] if not one.get("replicaset", "").endswith("9b7")]
                    elif mode == "hollow":
                        document["data"] = [] if "/series" in rest else {"resultType": "matrix", "result": []}
                    elif mode == "future" and isinstance(document["data"], dict):
                        for series in document["data"]["result"]:
                            series["values"] = [[time + 86400, value] for time, value in series.get("values", [])]
                    answer = json.dumps(document).encode()
                self.answer(status, answer)

            def do_POST(self):
                self.do_GET(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *arguments):
                pass

        http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
        """
}
