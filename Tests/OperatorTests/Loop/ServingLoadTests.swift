import Autoscaler
import ForecastEngine
import Foundation
import FoundationNetworking
import KubernetesClient
import TestServers
import Testing

@testable import Operator

/// More asked of the HTTP API than it works out at a time.
@Suite(.serialized)
struct ServingLoadTests {
    private func with(
        atOnce: Int, waiting: Int, _ body: (OperatorHarness) async throws -> Void
    ) async throws {
        try await OperatorHarness.with(answers: (atOnce, waiting)) { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation != nil }
            try await body(harness)
        }
    }

    private static let paths = ["next_day", "next_month.svg"].map { "/api/v1/models/demo/shop/\($0)" }

    @Test func `what is too much is refused with when to ask again, and all else goes on`() async throws {
        try await with(atOnce: 0, waiting: 0) { harness in
            for path in Self.paths {
                let refused = try await harness.head(path)
                #expect(refused.statusCode == 429 && refused.value(forHTTPHeaderField: "Retry-After") == "5")
                let answer = try await harness.ask(path)
                #expect(answer.status == 429 && answer.reason == "TooManyRequests" && answer.body.contains("5 seconds"))
            }
            for path in [
                "/healthz", "/readyz", "/metrics", "/", "/api/v1/overview", "/api/v1/models",
                "/api/v1/models/demo/shop",
            ] {
                #expect(try await harness.get(path).status == 200, "\(path)")
            }
            // What is wrong with a request is told at once.
            #expect(try await harness.get("\(Self.paths[1])?width=1").status == 400)
            // The reconcilers read artifacts and forecast as before.
            let day = try await harness.model { $0.status?.recommendation != nil }.status?.recommendation?.containers
            try await harness.patchModel(["spec": ["horizon": "Month"]])
            _ = try await harness.model { $0.status?.recommendation?.containers != day }
        }
    }

    @Test func `who goes away while it waits makes room for another`() async throws {
        try await with(atOnce: 0, waiting: 1) { harness in
            func ask(_ path: String) throws -> RawConnection {
                let connection = try RawConnection(port: harness.port)
                connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                return connection
            }
            func isRefused(_ connection: RawConnection) async throws -> Bool {
                let (bytes, _) = try await connection.read(within: .milliseconds(300))
                return String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 429")
            }
            var first: RawConnection? = try ask(Self.paths[0])
            #expect(try await isRefused(try #require(first)) == false)
            #expect(try await isRefused(try ask(Self.paths[1])))
            // Who asks for the same waits with the first, and for it where that one goes.
            let same = try ask(Self.paths[0])
            #expect(try await isRefused(same) == false)
            first = nil
            #expect(try await isRefused(try ask(Self.paths[1])))
            same.finish()
            var waits: RawConnection?
            try await harness.wait("room") {
                let other = try ask(Self.paths[1])
                waits = other
                return try await isRefused(other) ? nil : true
            }
            #expect(try await isRefused(try ask(Self.paths[0])))
            #expect(waits != nil)
        }
    }

    @Test func `a flood of pictures is answered or refused, and others are answered meanwhile`() async throws {
        try await with(atOnce: 1, waiting: 4) { harness in
            let flood = try (0..<40).map { number in
                let connection = try RawConnection(port: harness.port)
                connection.send("GET \(Self.paths[1])?width=\(400 + number) HTTP/1.1\r\nHost: x\r\n\r\n")
                return connection
            }
            #expect(try await harness.get("/healthz").status == 200)
            #expect(try await harness.get("/api/v1/overview").status == 200)
            var answers: [String: Int] = [:]
            for connection in flood {
                let answer = try await connection.answer()
                answers[String(answer.prefix(12)), default: 0] += 1
            }
            #expect(answers.keys.allSatisfy { ["HTTP/1.1 200", "HTTP/1.1 429"].contains($0) }, "\(answers)")
            #expect((answers["HTTP/1.1 200"] ?? 0) >= 5 && (answers["HTTP/1.1 429"] ?? 0) > 0, "\(answers)")
            #expect(try await harness.get("\(Self.paths[1])?width=999").status == 200)
        }
    }

    @Test func `one series is told by its name, and more points than memory holds are refused`() async throws {
        try await with(atOnce: 2, waiting: 32) { harness in
            let one = try JSONValue(parsing: try await harness.get("\(Self.paths[0])?series=web/cpu").body)
            #expect(one["series"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["web/cpu"])
            #expect(one["recommendation"] != nil)
            let all = try JSONValue(parsing: try await harness.get(Self.paths[0]).body)
            #expect(all["series"]?.arrayValue?.count == 2)
            let other = try await harness.ask("\(Self.paths[0])?series=db/cpu")
            #expect(other.status == 404 && other.reason == "SeriesNotFound" && other.body.contains("web/memory"))
        }
        let times = Array(0..<48)
        let model = try TrainedModel.fit(
            TimeSeries(id: "s", times: times, values: times.map { Double($0 % 24) }), recipe: Recipe(.seasonalNaive),
            calibrate: false)
        let month = 28 * 86_400
        #expect(ModelsAPI.points(of: [model, model], from: 47, to: month) == 2 * (month - 47))
        #expect(ModelsAPI.points(of: [model], from: month, to: 0) == 0)
    }

    @Test func `words that are sought are bounded`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.serving()
            let refused = try await harness.ask("/api/v1/overview?search=\(String(repeating: "a+", count: 101))")
            #expect(refused.status == 400 && refused.body.contains("search has 202 bytes; give words of at most 200"))
            #expect(
                try await harness.get("/api/v1/overview?search=\(String(repeating: "a", count: 200))").status == 200)
        }
    }
}
