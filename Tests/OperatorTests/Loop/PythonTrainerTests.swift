import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

/// A trainer in another language, against the documented contract alone.
@Suite(.serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "no python3"))
struct PythonTrainerTests {
    @Test(arguments: [1, 3])
    func `a version that Python trained is published, served and beaten by its own kind alone`(shards: Int) async throws
    {
        try await RealPods.with { harness, folder in
            let file = try RealPods.panel(series: 6, days: 21, in: folder)
            let training: JSONObject = [
                "image": "python", "parallelism": .int(Int64(shards)), "env": [["name": "SEASONS", "value": "1"]],
            ]
            try await harness.createModel(spec: RealPods.spec(file, training, algorithm: "Auto"))
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            let stages = ["Validated", "Prepared", "Trained", "Evaluated"].compactMap { done.status?.conditions?[$0] }
            #expect(stages.count == 4 && stages.allSatisfy { $0.status == .true })
            let model = try await harness.model { $0.status?.production?.version == 1 }
            #expect(model.status?.production?.algorithm == "SeasonalMedian(1)")
            #expect(done.status?.smape == done.status?.baselineSmape, "the median of one season is seasonal naive")
            let registry = ClusterRegistry(client: harness.client)
            let manifest = try await registry.manifest("\(first)-artifact", namespace: "demo")
            let models = try await registry.load(manifest, namespace: "demo").models
            #expect(models.count == 6)
            // Its forecasts are those of the history's last day, with intervals from its own held-out errors.
            let one = try #require(models.first { $0.seriesID == "store_2" })
            let forecast = try one.forecast(steps: 24)
            #expect(zip(forecast.lower, forecast.upper).allSatisfy { $0 < $1 })
            #expect(try one.maximum(from: one.end, over: 24, quantile: 0.9).isCalibrated)
            let served = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(served.status == 200 && served.body.contains("store_2"), "\(served.body.prefix(300))")

            // More seasons make less of the noise: a challenger of the same trainer wins.
            var pod: JSONObject = ["image": "python", "env": [["name": "SEASONS", "value": "7"]]]
            try await harness.challenge("more", spec: ["pod": .object(pod)])
            let more = try await harness.run("more") { $0.isFinished }
            #expect(more.status?.promoted == true, "\(String(describing: more.status))")
            #expect(more.status?.championSmape == done.status?.smape)

            // A worse one is refused, and the champion's recipe is fitted again.
            pod["env"] = [["name": "SEASONS", "value": "1"]]
            try await harness.challenge("less", spec: ["pod": .object(pod)])
            let less = try await harness.run("less") { $0.isFinished }
            #expect(less.status?.phase == .succeeded && less.status?.promoted == false)
            let kept = try await harness.model { $0.status?.production?.artifact == "less-artifact" }
            #expect(kept.status?.production?.version == 2)
            #expect(kept.status?.production?.algorithm == "SeasonalMedian(7)")

            // Presage's trainer says that it cannot compare itself with that.
            try await harness.challenge("foreign", spec: ["pod": ["image": "presage"], "algorithm": ["name": "ETS"]])
            let foreign = try await harness.run("foreign") { $0.status?.phase == .failed }
            #expect(foreign.status?.conditions?["Trained"]?.reason == "ForeignChampion")
        }
    }

    @Test func `it says what is wrong with a history, and that no other try helps`() async throws {
        try await RealPods.with { harness, folder in
            let file = folder.appending(path: "odd.csv")
            try Data("when,what\n1,2\n".utf8).write(to: file)
            try await harness.createModel(spec: RealPods.spec(file.path, ["image": "python"]))
            let first = try await harness.firstRun()
            let failed = try await harness.run(first) { $0.status?.phase == .failed }
            let condition = failed.status?.conditions?["Trained"]
            #expect(condition?.reason == "InvalidColumns" && condition?.message.contains("when, what") == true)
            // The stage that failed says the same, and none after it says anything.
            let stage = failed.status?.conditions?["Validated"]
            #expect(stage?.status == .false && stage?.reason == "InvalidColumns")
            #expect(failed.status?.conditions?["Prepared"] == nil)
        }
    }
}
