import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Playground
import Threading

@testable import Operator

extension OperatorHarness {
    /// Publishes a version of a model that forecasts its CPU and memory, as a run would.
    func publish(_ name: String, level: Double) async throws -> Versions.Entry {
        let times = (0..<(14 * 24)).map { 1_700_000_000 + $0 * 3600 }
        let models = try ["cpu", "memory"].map { resource in
            let series = TimeSeries(
                id: "\(name)/\(resource)", times: times, values: times.map { level + Double($0 / 3600 % 24) })
            return try TrainedModel.fit(series, recipe: Recipe(.seasonalNaive), horizon: 24)
        }
        let reference = TrainingRun.Reference(namespace: Self.namespace, name: name, uid: name)
        let end = Date(timeIntervalSince1970: Double(times.last ?? 0))
        let manifest = VersionManifest(
            model: reference, trainingJob: reference, algorithm: "SeasonalNaive", challengerAlgorithm: "SeasonalNaive",
            engineVersion: "test", trainedAt: end, historyStart: end, historyEnd: end, cut: end, historyDigest: "x",
            series: 2, failedSeries: [], scores: .init(challenger: 1), championVersion: nil, winner: .challenger,
            reason: "", stages: [], chunks: [], artifactDigest: "")
        let naming = TrainingRun.Artifact(
            name: name, maximumChunks: 1, labels: [:], annotations: [:], ownerReferences: [])
        let artifact = ModelArtifact(models: models, metadata: ["pods/\(name)": "3 1.25"])
        _ = try await ClusterRegistry(client: client).publish(
            NewVersion(manifest: manifest, artifact: try artifact.encode(), naming: naming))
        return try Versions.Entry(
            configMap: try await client.get(ConfigMap.self, name, namespace: Self.namespace))
    }

    /// The names of the chunks that are read from now on, one entry a read.
    func chunkReads() -> Locked<[String]> {
        let reads = Locked<[String]>([])
        playground.setGate(
            RequestGate(before: { request in
                let name = String(request.path.split(separator: "/").last ?? "")
                if request.method == "GET", name.hasSuffix("-0") { reads.withLock { $0.append(name) } }
                return nil
            }))
        return reads
    }
}
