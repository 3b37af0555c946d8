import DataSources
import ForecastEngine
import Foundation
import ModelRegistry
import Testing

@testable import Operator
@testable import presage

/// One pod or many, one thread or many: the same input and seed come to the same version.
@Suite struct FleetTests {
    private let history = TrainFixtures.history(
        (0..<13).map {
            TrainFixtures.series("store_\($0)", level: 5 + Double($0), noise: 0.2 * Double($0), seed: UInt64($0))
        })

    private func version(
        _ run: TrainingRun, champion: ChampionRecipes? = nil, threads: Int = 2, of history: History? = nil
    ) async throws -> Trainer.Result {
        var trainer = TrainFixtures.trainer(run, champion: champion, threads: threads)
        return try await trainer.train(history ?? self.history)
    }

    /// What the shards of a run publish, each read back from its folder.
    private func shards(
        _ run: TrainingRun, _ count: Int, champion: ChampionRecipes? = nil, in folder: URL, of history: History? = nil
    ) async throws -> [VersionManifest] {
        var manifests: [VersionManifest] = []
        for index in 0..<count {
            var shard = run
            shard.shardCount = count
            shard.shardIndex = index
            let result = try await version(shard, champion: champion, threads: 1 + index % 3, of: history)
            var published = NewVersion(
                manifest: result.manifest, artifact: try result.artifact.encode(), naming: shard.artifactOfShard)
            published.refresh = try result.refresh?.encode()
            let registry = DirectoryRegistry(path: folder.path)
            _ = try await registry.publish(published)
            manifests.append(try registry.manifest())
        }
        return manifests
    }

    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-fleet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// The bytes of each series' model.
    private func bytes(_ models: [TrainedModel]) throws -> [String: [UInt8]] {
        try Dictionary(uniqueKeysWithValues: models.map { ($0.seriesID, try ModelArtifact(models: [$0]).encode()) })
    }

    @Test(arguments: [AlgorithmName.auto, .prophet, .ets])
    func `any number of threads writes the same bytes`(name: AlgorithmName) async throws {
        let small = TrainFixtures.history(Array(history.series.prefix(5)))
        let one = try await version(TrainFixtures.run(name), threads: 1, of: small)
        let four = try await version(TrainFixtures.run(name), threads: 4, of: small)
        #expect(try one.artifact.encode() == four.artifact.encode())
        #expect(one.manifest == four.manifest)
    }

    @Test(arguments: [2, 3, 16])
    func `any number of pods comes to the same version`(count: Int) async throws {
        try await inFolder { folder in
            let run = TrainFixtures.run(.ets)
            let single = try await version(run)
            var whole = run
            whole.shardCount = count
            let merged = try ShardMerge(
                run: whole, shards: try await shards(run, count, in: folder), at: Date()
            ).manifest
            #expect(merged.scores == single.manifest.scores, "to the last bit")
            #expect(merged.reason == single.manifest.reason && merged.winner == single.manifest.winner)
            #expect(merged.cut == single.manifest.cut && merged.historyEnd == single.manifest.historyEnd)
            #expect(merged.algorithm == single.manifest.algorithm)
            #expect(merged.series == 13 && merged.parts?.count == count && merged.shard == nil)
            let registry = DirectoryRegistry(path: folder.path)
            let models = try await registry.load(merged, namespace: "").models
            #expect(try bytes(models) == bytes(single.artifact.models))
        }
    }

    @Test func `shards decide together: who is better on all series wins, though not on every slice`() async throws {
        try await inFolder { folder in
            var run = TrainFixtures.run(.ets)
            run.champion = .init(version: 4, directory: "champion", manifest: "web-0-artifact")
            // Seasonal naive is the better recipe for a third of the series: they repeat themselves exactly.
            let exact = TrainFixtures.history(
                (0..<12).map {
                    TrainFixtures.series("s\($0)", level: 8, noise: $0 % 3 == 0 ? 0 : 2, seed: UInt64($0))
                })
            let champion = TrainFixtures.champion(
                try exact.series.map { try TrainedModel.fit($0, recipe: Recipe(.seasonalNaive)) }, version: 4)
            let single = try await version(run, champion: champion, of: exact)
            let manifests = try await shards(run, 3, champion: champion, in: folder, of: exact)
            run.shardCount = 3
            var random = SeededGenerator(5)
            let merge = try ShardMerge(run: run, shards: manifests.shuffled(using: &random), at: Date())
            #expect(merge.manifest.winner == single.manifest.winner)
            #expect(merge.manifest.scores == single.manifest.scores)
            #expect(merge.manifest.reason == single.manifest.reason)
            let models = try await DirectoryRegistry(path: folder.path).load(merge.manifest, namespace: "").models
            #expect(try bytes(models) == bytes(single.artifact.models))
            // What lost is named for the sweep, and nothing that won is.
            let kept = Set(merge.manifest.chunks.map(\.name))
            #expect(!merge.surplus.isEmpty && kept.isDisjoint(with: merge.surplus))
            #expect(kept.union(merge.surplus) == Set(ShardMerge.chunks(manifests)))
        }
    }

    @Test func `a part that one shard could not read is never left out of the version`() async throws {
        try await inFolder { folder in
            var run = TrainFixtures.run(.naive)
            var manifests = try await shards(run, 2, in: folder)
            func finding(_ kind: String) -> VersionManifest.Finding {
                .init(kind: kind, count: 1, series: 1, example: "of \(kind)")
            }
            manifests[0].findings = (0..<VersionManifest.mostFindings).map { finding("kind \($0)") }
            manifests[1].findings = [finding("kind 0"), finding("partial")]
            run.shardCount = 2
            let merged = try ShardMerge(run: run, shards: manifests, at: Date()).manifest
            #expect(merged.missingPart == "of partial")
            #expect(merged.findings?.count == VersionManifest.mostFindings)
            #expect(merged.findings?.first { $0.kind == "kind 0" }?.count == 2)
        }
    }

    @Test func `where the champion wins, its recipe of every shard becomes the version`() async throws {
        try await inFolder { folder in
            var run = TrainFixtures.run(.naive)
            run.champion = .init(version: 2, directory: "champion", manifest: "web-0-artifact")
            let champion = TrainFixtures.champion(
                try history.series.map { try TrainedModel.fit($0.upTo($0.times[400]), recipe: Recipe(.ets)) },
                version: 2)
            let single = try await version(run, champion: champion)
            #expect(single.manifest.winner == .champion)
            let manifests = try await shards(run, 3, champion: champion, in: folder)
            run.shardCount = 3
            let merged = try ShardMerge(run: run, shards: manifests, at: Date()).manifest
            #expect(merged.winner == .champion && merged.series == 13)
            #expect(merged.algorithm == single.manifest.algorithm)
            #expect(merged.live == single.manifest.live && merged.live != nil, "live errors add up too")
            let models = try await DirectoryRegistry(path: folder.path).load(merged, namespace: "").models
            #expect(try bytes(models) == bytes(single.artifact.models))
        }
    }

    @Test func `a refresh in shards is the champion's recipe on newer data, each chunk once`() async throws {
        try await inFolder { folder in
            var run = TrainFixtures.run(.naive)
            run.champion = .init(version: 2, directory: "champion", manifest: "web-0-artifact")
            run.refreshOnly = true
            let champion = TrainFixtures.champion(
                try history.series.map { try TrainedModel.fit($0.upTo($0.times[400]), recipe: Recipe(.ets)) },
                version: 2)
            let single = try await version(run, champion: champion)
            let manifests = try await shards(run, 4, champion: champion, in: folder)
            #expect(manifests.allSatisfy { $0.shard?.refresh?.chunks == $0.chunks })
            run.shardCount = 4
            let merge = try ShardMerge(run: run, shards: manifests, at: Date())
            #expect(merge.manifest.winner == .champion && merge.surplus.isEmpty)
            #expect(merge.manifest.scores.challenger == merge.manifest.scores.champion)
            let models = try await DirectoryRegistry(path: folder.path).load(merge.manifest, namespace: "").models
            #expect(try bytes(models) == bytes(single.artifact.models))
        }
    }

    @Test func `a missing shard and shards that saw different histories are refused`() async throws {
        try await inFolder { folder in
            var run = TrainFixtures.run(.naive)
            var manifests = try await shards(run, 3, in: folder)
            run.shardCount = 3
            let missing = #expect(throws: FleetMerge.Problem.self) {
                try ShardMerge(run: run, shards: [manifests[0], manifests[2]], at: Date())
            }
            #expect(missing?.reason == "ShardsMissing" && missing?.message.contains("shards 1 of 3") == true)
            manifests[1].cut += 3600
            let torn = #expect(throws: FleetMerge.Problem.self) {
                try ShardMerge(run: run, shards: manifests, at: Date())
            }
            #expect(torn?.reason == "ShardsDisagree")
        }
    }

    @Test(arguments: [1, 3])
    func `a few bad series do not fail a fleet, more than are tolerated do`(count: Int) async throws {
        try await inFolder { folder in
            var bad = history
            for index in 0..<3 { bad.series[index].values = bad.series[index].values.map { _ in .nan } }
            var run = TrainFixtures.run(.naive)
            run.toleratedFailuresPercent = 20  // of 13 series, rounded up: 3
            func merged() async throws -> VersionManifest {
                if count == 1 { return try await version(run, of: bad).manifest }
                var whole = run
                whole.shardCount = count
                return try ShardMerge(
                    run: whole, shards: try await shards(run, count, in: folder, of: bad), at: Date()
                ).manifest
            }
            let tolerated = try await merged()
            #expect(tolerated.series == 10 && tolerated.failedSeriesCount == 3)
            #expect(tolerated.failedSeries.map(\.id).sorted() == ["store_0", "store_1", "store_2"])
            run.toleratedFailuresPercent = 15  // 2
            do {
                _ = try await merged()
                Issue.record("three failures were tolerated")
            } catch let error as TrainingFailure {
                #expect(error.reason == "TooManySeriesFailed" && error.message.contains("3 of 13 series failed"))
            } catch let error as FleetMerge.Problem {
                #expect(error.reason == "TooManySeriesFailed" && error.message.contains("store_"))
            }
        }
    }

    @Test func `a sum of scores does not depend on the order of its terms`() {
        let scores: [Double] = (0..<1000).map { number in
            let value = Double(number)
            return value * 0.1237 + 1 / (value + 3)
        }
        var random = SeededGenerator(1)
        for _ in 0..<20 {
            let shuffled = scores.shuffled(using: &random)
            var parts = ScoreSum(shuffled.prefix(333))
            parts.add(ScoreSum(shuffled.dropFirst(333)))
            #expect(parts == ScoreSum(scores))
        }
        #expect(ScoreSum([1, .nan]).mean?.isNaN == true, "a score that is not finite must not vanish")
    }
}
