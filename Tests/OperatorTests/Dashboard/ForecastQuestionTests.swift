import Autoscaler
import ForecastEngine
import Foundation
import FoundationNetworking
import KubernetesClient
import ModelRegistry
import Testing
import Threading

@testable import Operator

/// What an answer about a forecast depends on, and for how long it is the same.
@Suite(.serialized)
struct ForecastQuestionTests {
    /// A model of two days, whose last step is at `end`.
    private func model(step: Int, end: Int) throws -> TrainedModel {
        let times = (0..<48).reversed().map { end - $0 * step }
        return try TrainedModel.fit(
            TimeSeries(id: "web/cpu", times: times, values: times.indices.map { Double($0 % 24) }),
            recipe: Recipe(.seasonalNaive), calibrate: false)
    }

    @Test(arguments: [
        // Five minutes, on the clock: the same for five minutes.
        (300, 0, 3_601, 3_600), (300, 0, 3_899, 3_600), (300, 0, 3_900, 3_900),
        // Longer steps, at most five minutes back.
        (3_600, 0, 5_000, 4_800), (86_400, 0, 86_399, 86_100),
        // Shorter ones, and those beside the clock: never before a step that has passed.
        (60, 0, 3_719, 3_660), (30, 0, 3_719, 3_690), (420, 0, 3_790, 3_780), (300, 20, 3_719, 3_620),
        (300, 20, 3_919, 3_900), (300, 20, 3_920, 3_920),
        // Trained past what is now, as by a clock that goes wrong.
        (60, 10_000, 3_719, 3_600),
    ])
    func `an answer is the same until a step has passed, or five minutes`(
        step: Int, end: Int, now: Int, moment: Int
    ) throws {
        let day = 86_400 * 20_000
        let artifact = ModelArtifact(models: [try model(step: step, end: day + end)])
        let seen = ForecastQuestion.moment(of: artifact, at: Date(timeIntervalSince1970: Double(day + now)))
        #expect(Int(seen.timeIntervalSince1970) - day == moment)
    }

    @Test func `the forecast begins with the first step after a time and ends with the last until another`() throws {
        let model = try model(step: 3_600, end: 0)
        func hours(_ start: Double, _ end: Double) throws -> [Int] {
            try model.forecast(from: Int(start * 3_600), through: Int(end * 3_600)).get().times.map { $0 / 3_600 }
        }
        #expect(try hours(0, 3) == [1, 2, 3])
        #expect(try hours(0.7, 3.7) == [1, 2, 3])
        #expect(try hours(1.2, 3.2) == [2, 3])
        #expect(throws: TrainedModel.NoForecast.self) { try hours(1.6, 1.9) }
    }

    @Test func `who has a forecast is not sent it again before it says something else`() async throws {
        // A moment after a quarter past by the operator's clock: nothing changes for five minutes.
        let time = Date().timeIntervalSince1970
        let ahead = Locked<TimeInterval>(4_501 - time.truncatingRemainder(dividingBy: 3_600))
        try await OperatorHarness.with(ahead: ahead) { harness in
            try await harness.createDeployment()
            try await harness.createModel(
                spec: ["scaling": ["mode": "Recommend"], "source": ["csv": ["path": "/nowhere.csv"]]])
            try await harness.trainFirst()
            // The numbers that the first look recommends are there: the status says nothing new any more.
            _ = try await harness.model { $0.status?.recommendation != nil }
            for path in ["next_day", "next_day.svg", "next_day.svg?theme=dark"] {
                let path = "/api/v1/models/demo/shop/\(path)"
                let first = try await harness.head(path)
                let tag = try #require(first.value(forHTTPHeaderField: "ETag"))
                #expect(first.statusCode == 200)
                #expect(first.value(forHTTPHeaderField: "Cache-Control") == "private, no-cache")
                for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try await harness.head(path, ["If-None-Match": known])
                    #expect(again.statusCode == 304 && again.value(forHTTPHeaderField: "ETag") == tag, "\(known)")
                }
                #expect(try await harness.head(path, ["If-None-Match": "\"other\""]).statusCode == 200)
                // A parameter that it does not take makes it no other.
                let wide = "\(path)\(path.contains("?") ? "&" : "?")width=640"
                let other = try await harness.head(wide, ["If-None-Match": tag])
                #expect(other.statusCode == (path.hasSuffix("next_day") ? 304 : 200))
            }
            let path = "/api/v1/models/demo/shop/next_day"
            let before = try JSONValue(parsing: try await harness.get(path).body)
            let tag = try #require(try await harness.head(path).value(forHTTPHeaderField: "ETag"))
            ahead.withLock { $0 += 3_600 }
            #expect(try await harness.head(path, ["If-None-Match": tag]).statusCode == 200)
            let after = try JSONValue(parsing: try await harness.get(path).body)
            let hour = try #require(before["series", 0, "ds", 1])
            #expect(before["series", 0, "ds", 0] != hour && after["series", 0, "ds", 0] == hour)
        }
    }

    @Test func `another target, other settings and another version are other forecasts at once`() async throws {
        try await OperatorHarness.with { harness in
            try await harness.createDeployment()
            try await harness.createModel(spec: ["scaling": ["mode": "Recommend"]])
            try await harness.trainFirst()
            _ = try await harness.model { $0.status?.recommendation != nil }
            let path = "/api/v1/models/demo/shop/next_week"
            var last = try JSONValue(parsing: try await harness.get(path).body)
            func changed(_ what: String) async throws -> JSONValue {
                let before = last
                last = try await harness.wait(what) {
                    let now = try JSONValue(parsing: try await harness.get(path).body)
                    return now == before ? nil : now
                }
                return last
            }
            _ = try await harness.client.patch(
                ForecastModel.self, "shop", namespace: OperatorHarness.namespace,
                .merge(["spec": ["scaling": ["containers": [["name": "*", "requestPercent": 95]]]]]))
            let wider = try await changed("the settings")
            #expect(wider["series"] != nil && wider["version"] == 1)
            try await harness.challenge("better")
            try await harness.train("better", smape: 5)
            _ = try await harness.model { $0.status?.production?.version == 2 }
            #expect(try await changed("the version")["version"] == 2)
        }
    }

    @Test func `whoever may not read is not answered from what others were shown`() async throws {
        try await OperatorHarness.with(authorization: .webhook) { harness in
            try await harness.createModel(spec: ["targetRef": .null, "scaling": [:]])
            try await harness.trainFirst()
            try await harness.createRoles()
            let anna = try await harness.token(for: "anna", role: "presage-view")
            let ben = try await harness.token(for: "ben", role: "presage-metrics-reader")
            for path in ["/api/v1/models/demo/shop/next_day", "/api/v1/models/demo/shop/next_day.svg"] {
                let shown = try await harness.head(path, ["Authorization": "Bearer \(anna)"])
                let tag = try #require(shown.value(forHTTPHeaderField: "ETag"))
                #expect(shown.statusCode == 200)
                for (token, status) in [("", 401), ("Bearer \(ben)", 403), ("Bearer other", 401)] {
                    let answer = try await harness.head(path, ["Authorization": token, "If-None-Match": tag])
                    #expect(answer.statusCode == status && answer.value(forHTTPHeaderField: "ETag") == nil)
                }
            }
        }
    }
}
