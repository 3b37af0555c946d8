import Autoscaler
import Foundation
import ModelRegistry

/// Makes one version of what the shards of a run published.
///
/// Pure. The scores are sums over the same series that one pod would have scored, so the decision is the same; of each
/// shard the winner's artifact becomes a part of the version, by its digests and without being read.
struct ShardMerge {
    /// The version's manifest.
    var manifest: VersionManifest
    /// Chunks that no version needs: those of the recipe that lost.
    var surplus: [String]

    /// Merges.
    ///
    /// - Parameters:
    ///   - run: the document that all shards read.
    ///   - shards: their manifests, in any order.
    init(run: TrainingRun, shards: [VersionManifest], at now: Date) throws(FleetMerge.Problem) {
        let sorted = shards.sorted { ($0.shard?.index ?? 0) < ($1.shard?.index ?? 0) }
        let infos = sorted.compactMap(\.shard)
        guard let first = sorted.first, infos.map(\.index) == Array(0..<run.shardCount) else {
            let missing = (0..<run.shardCount).filter { index in !infos.contains { $0.index == index } }
            throw FleetMerge.Problem(
                "ShardsMissing",
                "the Job succeeded, but shards \(missing.prefix(5).map(String.init).joined(separator: ", ")) of "
                    + "\(run.shardCount) published nothing; see docs/trainer-contract.md for what a trainer must write")
        }
        guard sorted.allSatisfy({ $0.cut == first.cut && $0.historyEnd == first.historyEnd }) else {
            throw FleetMerge.Problem(
                "ShardsDisagree",
                "the shards cut the history at different times, so their scores cannot be added: the source changed while "
                    + "they read it. Train again")
        }
        guard sorted.allSatisfy({ $0.store == first.store }) else {
            throw FleetMerge.Problem(
                "ShardsDisagree",
                "some shards published to an object store and others did not, or to another one; use the same trainer image "
                    + "in all pods and train again")
        }
        let failed = infos.reduce(0) { $0 + $1.failed }
        let attempted = infos.reduce(0) { $0 + $1.attempted }
        let failures = sorted.flatMap(\.failedSeries)
        if let message = FailureTolerance(percent: run.toleratedFailuresPercent)
            .refusal(failed: failed, of: attempted, examples: failures)
        {
            throw FleetMerge.Problem("TooManySeriesFailed", message, stages: Self.stages(sorted))
        }
        let scores = VersionManifest.Scores(Self.tally(infos))
        guard let challenger = scores.challenger else {
            throw FleetMerge.Problem(
                "NothingScored", "no series has observations on both sides of the cut; give more history",
                stages: Self.stages(sorted))
        }
        var policy = PromotionSpec()
        policy.minimumImprovement = run.minimumImprovement
        policy.baseline = run.scoresBaseline ? .seasonalNaive : .none
        let decision = Promotion.decide(
            challenger: Promotion.Score(smape: challenger),
            champion: run.champion.map { Promotion.Score(version: $0.version, smape: scores.champion ?? .nan) },
            baseline: scores.baseline, policy: policy)
        guard decision.isPromoted || run.champion != nil else {
            throw FleetMerge.Problem(decision.reason.rawValue, decision.message, stages: Self.stages(sorted))
        }

        manifest = first
        manifest.shard = nil
        manifest.winner = decision.isPromoted ? .challenger : .champion
        manifest.scores = scores
        manifest.live = infos.compactMap(\.live).reduce(into: VersionManifest.LiveTally()) { $0.add($1) }
            .mean(previousVersion: run.previous?.version)
        manifest.reason = decision.message
        manifest.stages = Self.stages(sorted)
        manifest.stages.append(
            .init(
                name: "Evaluated", succeeded: true, reason: decision.reason.rawValue, message: decision.message,
                time: now))
        manifest.trainedAt = sorted.map(\.trainedAt).max() ?? now
        manifest.historyDigest = Digest.sha256(Array(sorted.map(\.historyDigest).joined().utf8))
        manifest.failedSeries = Array(failures.prefix(VersionManifest.listedFailures))
        manifest.failedSeriesCount = failed
        manifest.findings = Self.findings(sorted)
        var used: [VersionManifest.Chunk] = []
        var parts: [VersionManifest.Part] = []
        for (shard, info) in zip(sorted, infos) {
            let isRefresh = manifest.winner == .champion
            if isRefresh, info.refresh == nil {
                throw FleetMerge.Problem(
                    "RefreshMissing", "shard \(info.index) published nothing of the champion, which won; train again")
            }
            let chunks = isRefresh ? info.refresh?.chunks ?? [] : shard.chunks
            used += chunks
            parts.append(
                VersionManifest.Part(
                    series: isRefresh ? info.refresh?.series ?? 0 : shard.series, chunks: chunks.count,
                    sha256: isRefresh ? info.refresh?.artifactDigest ?? "" : shard.artifactDigest))
        }
        // A slice without series names no algorithm.
        let speaking = sorted.first { $0.series > 0 } ?? first
        manifest.challengerAlgorithm = speaking.challengerAlgorithm
        manifest.algorithm =
            manifest.winner == .challenger
            ? speaking.algorithm : infos.compactMap(\.refresh).first { $0.series > 0 }?.algorithm ?? speaking.algorithm
        manifest.chunks = used
        manifest.parts = parts
        manifest.series = parts.reduce(0) { $0 + $1.series }
        manifest.artifactDigest = VersionManifest.digest(of: parts)
        let kept = Set(used.map(\.name))
        surplus = Self.chunks(sorted).filter { !kept.contains($0) }
    }

    /// The names of all chunks that shards published, each once.
    static func chunks(_ shards: [VersionManifest]) -> [String] {
        Set(shards.flatMap { $0.chunks.map(\.name) + ($0.shard?.refresh?.chunks ?? []).map(\.name) }).sorted()
    }

    private static func tally(_ infos: [VersionManifest.Shard]) -> VersionManifest.Tally {
        func sum(_ score: (VersionManifest.Tally) -> ScoreSum?) -> ScoreSum? {
            let sums = infos.compactMap { score($0.tally) }
            return sums.isEmpty ? nil : sums.reduce(into: ScoreSum()) { $0.add($1) }
        }
        return VersionManifest.Tally(
            challenger: sum(\.challenger), champion: sum(\.champion), baseline: sum(\.baseline))
    }

    /// The stages before the decision: of each the last shard's end, and what the first shard says as an example.
    private static func stages(_ shards: [VersionManifest]) -> [VersionManifest.Stage] {
        ["Validated", "Prepared", "Trained"].compactMap { name in
            let all = shards.compactMap { $0.stages.first { $0.name == name } }
            guard var stage = all.max(by: { $0.time < $1.time }), let example = all.first else { return nil }
            stage.message = "in \(all.count) shards, in the first: \(example.message)"
            return stage
        }
    }

    private static func findings(_ shards: [VersionManifest]) -> [VersionManifest.Finding]? {
        var all: [VersionManifest.Finding] = []
        for finding in shards.flatMap({ $0.findings ?? [] }) {
            if let index = all.firstIndex(where: { $0.kind == finding.kind }) {
                all[index].count += finding.count
                all[index].series += finding.series
            } else {
                all.append(finding)
            }
        }
        return VersionManifest.listed(all)
    }
}
