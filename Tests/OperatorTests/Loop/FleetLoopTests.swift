import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Playground
import Synchronization
import Testing

@testable import Operator

/// Fleets through real Indexed Jobs: the operator, the Job controller, and a process of `presage train` a pod.
@Suite(.serialized)
struct FleetLoopTests {
    @Test func `a fleet is trained by an Indexed Job and its shards become one version`() async throws {
        try await RealPods.with { harness, folder in
            let file = try RealPods.panel(series: 12, days: 21, in: folder)
            try await harness.createModel(spec: RealPods.spec(file, ["parallelism": 3]))
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            #expect(done.status?.series == 12 && done.status?.failedSeries == 0)
            let job = try await harness.client.get(Job.self, first, namespace: "demo")
            #expect(job["spec", "completionMode"] == "Indexed" && job["spec", "completions"] == 3)
            #expect(job["status", "completedIndexes"] == "0-2")
            let model = try await harness.model { $0.status?.production?.version == 1 }
            let registry = ClusterRegistry(client: harness.client)
            let manifest = try await registry.manifest(
                try #require(model.status?.production?.artifact), namespace: "demo")
            #expect(manifest.parts?.count == 3 && manifest.shard == nil)
            let models = try await registry.load(manifest, namespace: "demo").models
            #expect(Set(models.map(\.seriesID)) == Set((0..<12).map { "store_\($0)" }))
            // What the shards wrote for the merge is cleared away, and the run's rights with it.
            #expect(try await harness.artifacts("shard").isEmpty)
            #expect(try await harness.artifacts("chunk").count == manifest.chunks.count)
            #expect(try await harness.client.find(RoleBinding.self, "\(first)-trainer", namespace: "demo") == nil)

            // The next run compares against that version, each pod with its own part of it.
            try await harness.challenge("second", spec: ["algorithm": ["name": "ETS"]])
            let second = try await harness.run("second") { $0.isFinished }
            #expect(second.status?.phase == .succeeded, "\(String(describing: second.status?.conditions))")
            #expect(second.status?.championVersion == 1 && second.status?.championSmape == done.status?.smape)
            let after = try await harness.model { $0.status?.production?.artifact == "second-artifact" }
            #expect(after.status?.production?.version == (second.status?.promoted == true ? 2 : 1))
            let kept = try await registry.manifest("second-artifact", namespace: "demo")
            #expect(kept.parts?.count == 3 && kept.series == 12)
            let chunks = try await harness.artifacts("chunk")
            #expect(Set(chunks).isSuperset(of: kept.chunks.map(\.name)))
            #expect(chunks.filter { $0.hasPrefix("second-") }.count == kept.chunks.count, "the loser's are swept")
            // A model may be cut into other slices the next time: each pod reads what it needs of all parts.
            try await harness.challenge("third", spec: ["parallelism": 2])
            let third = try await harness.run("third") { $0.isFinished }
            #expect(third.status?.phase == .succeeded, "\(String(describing: third.status?.conditions))")
            let champion = second.status?.promoted == true ? second.status?.smape : done.status?.smape
            #expect(third.status?.championSmape == champion, "the same recipe on the same rows")
            let points = try await harness.get("/api/v1/models/demo/shop/next_day")
            #expect(points.status == 200 && points.body.contains("store_7"), "\(points.body.prefix(300))")
        }
    }

    @Test func `a workload is sized the same whether one pod trains its series or three`() async throws {
        try await RealPods.with { harness, folder in
            let file = try RealPods.usage(pods: 3, days: 14, in: folder)
            var sizes: [Recommendation] = []
            for pods in [1, 3] {
                let name = "by-\(pods)"
                try await harness.createDeployment(name)
                // Not as many as there were: the total over the pods is divided by those of now.
                _ = try await harness.client.patch(
                    Deployment.self, name, namespace: "demo", .merge(["spec": ["replicas": 4]]))
                var spec = RealPods.spec(file, ["parallelism": .int(Int64(pods))], algorithm: "ETS")
                spec["targetRef"] = ["name": .string(name)]
                spec["scaling"] = ["mode": "Recommend"]
                try await harness.createModel(name, spec: spec)
                let model = try await harness.model(name) { $0.status?.recommendation?.containers.count == 2 }
                let run = try await harness.run(try await harness.firstRun(of: name)) { $0.isFinished }
                #expect(run.status?.series == 4, "\(String(describing: run.status))")
                sizes.append(try #require(model.status?.recommendation))
            }
            let cpu = try #require(sizes[0].containers.first?.explanation?.cpuRequest)
            #expect(cpu.contains("one of 4 pods"), "\(cpu)")
            #expect(sizes[0].containers == sizes[1].containers)
        }
    }

    @Test func `a shard that fails is tried again alone`() async throws {
        // Slice 1 dies once, as of a node that goes; the others run once.
        let script = """
            if [ "$JOB_COMPLETION_INDEX" = 1 ] && mkdir "$0.died" 2>/dev/null; then exit 70; fi
            exec \(RealPods.presage) "$@"
            """
        try await RealPods.with(scripts: ["frail": script]) { harness, folder in
            let file = try RealPods.panel(series: 9, days: 14, in: folder)
            try await harness.createModel(spec: RealPods.spec(file, ["parallelism": 3, "image": "frail"]))
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            let pods = try await harness.client.list(
                Pod.self, namespace: "demo", options: ListOptions(labelSelector: "job-name=\(first)")
            ).items
            let index = "batch.kubernetes.io/job-completion-index"
            let tries = Dictionary(grouping: pods, by: { $0.metadata.labels[index] ?? "" }).mapValues(\.count)
            #expect(tries == ["0": 1, "1": 2, "2": 1])
        }
    }

    /// Which requests were disturbed.
    private final class Disturbed: Sendable {
        private let seen = Mutex<Set<String>>([])
        var count: Int { seen.withLock { $0.count } }

        /// Whether a request is a step of a run, and is met for the first time.
        func isFirst(_ request: RequestGate.Request, _ when: String) -> Bool {
            let isStep =
                request.isMutating && !request.path.hasSuffix("/events") && !request.path.contains("/forecastmodels")
                && !(request.method == "POST" && request.path.hasSuffix("/trainingjobs"))
            return isStep && seen.withLock { $0.insert("\(when) \(request.method) \(request.path)").inserted }
        }
    }

    @Test func `each write of pods and operator fails once, and once succeeds unheard, and a fleet is whole`()
        async throws
    {
        try await RealPods.with { harness, folder in
            let disturbed = Disturbed()
            harness.playground.setGate(
                RequestGate(
                    before: { disturbed.isFirst($0, "before") ? .dropConnection : nil },
                    after: { request, _ in !disturbed.isFirst(request, "after") }))
            let file = try RealPods.panel(series: 6, days: 14, in: folder)
            try await harness.createModel(
                spec: RealPods.spec(file, ["parallelism": 2, "backoffLimit": 8], algorithm: "Naive"))
            _ = try await harness.model { $0.status?.production?.version == 1 }
            try await harness.challenge("second", spec: ["algorithm": ["name": "SeasonalNaive"]])
            let second = try await harness.run("second") { $0.isFinished }
            #expect(second.status?.promoted == true, "\(String(describing: second.status))")
            let model = try await harness.model { $0.status?.production?.version == 2 }
            #expect(model.status?.production?.revision == 0)
            let registry = ClusterRegistry(client: harness.client)
            var chunks: Set<String> = []
            for name in try await harness.artifacts("manifest") {
                let manifest = try await registry.manifest(name, namespace: "demo")
                chunks.formUnion(manifest.chunks.map(\.name))
                #expect(try await registry.load(manifest, namespace: "demo").models.count == 6)
            }
            #expect(try await harness.artifacts("shard").isEmpty)
            #expect(Set(try await harness.artifacts("chunk")) == chunks, "no chunk is left over and none lacks")
            #expect(disturbed.count > 60, "\(disturbed.count) requests were disturbed")
        }
    }

    @Test func `a few bad series do not fail a fleet, and too many do`() async throws {
        try await RealPods.with { harness, folder in
            let file = try RealPods.panel(series: 10, days: 14, bad: [3, 4], in: folder)
            try await harness.createModel(spec: RealPods.spec(file, ["parallelism": 2, "toleratedFailures": 20]))
            let first = try await harness.firstRun()
            let done = try await harness.run(first) { $0.isFinished }
            #expect(done.status?.phase == .succeeded, "\(String(describing: done.status?.conditions))")
            #expect(done.status?.series == 8 && done.status?.failedSeries == 2)
            #expect(done.status?.failures?.map(\.series).sorted() == ["store_3", "store_4"])
            #expect(done.status?.findings?.isEmpty == false, "what was found is told")

            try await harness.challenge("strict", spec: ["toleratedFailures": 10])
            let (reason, message) = try await harness.failure(of: "strict")
            #expect(reason == "TooManySeriesFailed")
            #expect(message.contains("2 of 10 series failed, and 1 may") && message.contains("store_"))
            try await harness.wait("what no version needs to be cleared away") { () -> Bool? in
                let left = try await harness.artifacts("chunk") + harness.artifacts("shard")
                return left.contains { $0.hasPrefix("strict-") } ? nil : true
            }
        }
    }
}
