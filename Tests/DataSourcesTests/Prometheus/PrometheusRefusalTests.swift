import HTTPTransport
import Testing

@testable import DataSources

/// Answers of Mimir 3.0, VictoriaMetrics' cluster 1.150 and Thanos 0.41, as they were seen: what each asks for.
struct PrometheusRefusalTests {
    private func reading(
        _ status: Int, _ body: String, tenant: String? = nil, headers: HTTPHeaders = [:]
    ) -> PrometheusClient.Reading {
        PrometheusClient(
            url: "http://metrics", credentials: .none, tenant: tenant, tls: TLSConfiguration(), retries: RetryPolicy()
        ).read(status: status, headers: headers, body: Array(body.utf8), field: "spec.source.prometheus.cpuQuery")
    }

    private func error(_ type: String, _ text: String) -> String {
        #"{"status":"error","errorType":"\#(type)","error":"\#(text)"}"#
    }

    @Test(arguments: [
        (
            "execution",
            "the query exceeded the aggregated chunks size limit (limit: 100000 bytes) (err-mimir-max-chunks-bytes-per-query). "
                + "Consider reducing the time range and/or number of series selected by the query."
        ),
        (
            "execution",
            "rpc error: code = Code(422) desc = expand series set: the query exceeded the maximum number of series "
                + "(limit: 5 series) (err-mimir-max-series-per-query)."
        ),
        (
            "422",
            "not enough memory for processing container_cpu_usage_seconds_total, which returns 224700 data points across 60 "
                + "time series with 3745 points in each time series according to -search.maxMemoryPerQuery=100000"
        ),
        (
            "422",
            "error when searching for tagFilters: the number of matching timeseries exceeds 5; either narrow down the search or "
                + "increase -search.max* command-line flag values"
        ),
        (
            "422",
            "cannot process more than 100 samples per series; either increase -search.maxSamplesPerSeries or reduce time range"
        ),
    ])
    func `a limit on a question is met by a smaller one`(type: String, text: String) throws {
        guard case .tooMuch(let error) = reading(422, error(type, text)) else {
            Issue.record("\(text) is not taken for too much")
            return
        }
        #expect(error.code == .tooLarge)
    }

    @Test func `a limit on how many ask at once passes, whatever flag it names`() throws {
        let text =
            "couldn't start executing the request in 10.000 seconds, since -search.maxConcurrentRequests=1 are executed"
        for status in [429, 503] {
            guard case .transient = reading(status, error("\(status)", text)) else {
                Issue.record("\(status) is not taken for what may pass")
                return
            }
        }
    }

    @Test func `a store that is away passes, though Thanos calls that a question that cannot be processed`() throws {
        let text =
            "expanding series: proxy Series(): rpc error: code = Aborted desc = failed to receive any data in 1s from Addr: "
            + "127.0.0.1:20201: rpc error: code = Canceled desc = context canceled"
        guard case .transient(let error) = reading(422, error("execution", text)) else {
            Issue.record("422 of a store that is away is not taken for what may pass")
            return
        }
        #expect(error.code == .requestFailed && error.message.contains("a store of the server did not answer"))
    }

    @Test func `a refusal's end is told too, where what is wrong stands behind all that it passed through`() throws {
        let way = String(repeating: "cannot perform search on vmstorage: ", count: 20)
        guard case .transient(let error) = reading(503, error("503", way + "connection refused")) else {
            Issue.record("503 is not taken for what may pass")
            return
        }
        #expect(error.message.contains("connection refused") && error.message.utf8.count < 600)
    }

    @Test func `an address of a cluster without its tenant is told in the server's own words, and a page is not`()
        throws
    {
        let address = "spec.source.prometheus.url"
        let words =
            "unsupported URL format for path \"/api/v1/query_range\". Make sure you're using cluster URL format\n"
        guard case .final(let error) = reading(400, words), case .final(let page) = reading(400, "<html>no</html>")
        else {
            Issue.record("a wrong address is not final")
            return
        }
        #expect(error.field == address && error.message.contains("unsupported URL format"))
        #expect(error.message.contains("/select/0/prometheus"))
        #expect(page.field == address && !page.message.contains("html"))
    }

    @Test func `a gateway that leads elsewhere says where, without what may be secret`() throws {
        let place = "https://user:s3cret@metrics.example/prometheus/api/v1/query_range?key=s3cret"
        guard case .final(let error) = reading(301, "", headers: ["Location": place]) else {
            Issue.record("a redirect is not final")
            return
        }
        #expect(error.field == "spec.source.prometheus.url")
        #expect(error.message.contains("to https://metrics.example/prometheus/api/v1/query_range,"), "\(error)")
        #expect(!error.message.contains("s3cret"))
    }

    @Test func `a server with tenants that was told none names the field, and one that knows better does not`() throws {
        guard case .final(let none) = reading(401, "no org id\n"),
            case .final(let other) = reading(401, "who are you?"),
            case .final(let given) = reading(401, "no org id\n", tenant: "shop")
        else {
            Issue.record("401 is not final")
            return
        }
        #expect(none.code == .accessDenied && none.field == "spec.source.prometheus.tenant")
        #expect(other.field == "spec.source.prometheus.auth" && given.field == "spec.source.prometheus.auth")
    }
}
