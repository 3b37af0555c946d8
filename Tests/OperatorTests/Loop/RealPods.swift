import Autoscaler
import Foundation
import KubernetesClient
import Playground

@testable import Operator

/// Pods that run as processes: Presage's own trainer, the Python one, and trainers that misbehave.
enum RealPods {
    /// The kubeconfig of a real API server with its controllers; nil where none is at hand.
    static let cluster = ProcessInfo.processInfo.environment["PRESAGE_TEST_KUBECONFIG"]

    /// The built executable lies beside the test bundle.
    static var presage: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "presage").path
    }

    static var python: String {
        OperatorHarness.repository.appending(path: "examples/python-trainer/trainer.py").path
    }

    /// A runner that knows the images `presage`, `python` and those of `scripts`, which are shell scripts.
    static func runner(scripts: [String: String] = [:], in folder: URL) throws -> PodRunner {
        var paths = ["presage": presage, "python": python]
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (image, text) in scripts {
            let file = folder.appending(path: image)
            try Data("#!/bin/sh\n\(text)\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            paths[image] = file.path
        }
        let known = paths
        var runner = PodRunner { known[$0] }
        runner.retryDelay = .milliseconds(20)
        return runner
    }

    /// Runs a test with pods as processes and a folder for its files.
    static func with(
        scripts: [String: String] = [:], _ body: (OperatorHarness, URL) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-pods-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let runner = try runner(scripts: scripts, in: folder)
        try await OperatorHarness.with(pods: runner) { try await body($0, folder) }
    }

    /// What keeps a pod from waiting half a minute for what stays away.
    static let patience: JSONValue = ["name": "PRESAGE_PATIENCE", "value": "2s"]

    /// A panel of hourly series with a daily rhythm: `store_0`, `store_1` and so on.
    static func panel(series: Int, days: Int, bad: Set<Int> = [], in folder: URL) throws -> String {
        var text = "unique_id,ds,y\n"
        for store in 0..<series {
            for hour in 0..<(days * 24) {
                let time = Date(timeIntervalSince1970: 1_767_571_200 + Double(hour) * 3600).formatted(.iso8601)
                let wave = 3 * sin(2 * .pi * Double(hour % 24) / 24)
                let noise = noise(UInt64(hour * 1009 + store))
                let value = bad.contains(store) ? "" : "\(10 + Double(store) + wave + noise)"
                text += "store_\(store),\(time),\(value)\n"
            }
        }
        let file = folder.appending(path: "panel.csv")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// What the pods of a workload of two containers, `web` and `proxy`, have used: one carries more than the others, and
    /// another one every hour.
    static func usage(pods: Int, days: Int, in folder: URL) throws -> String {
        var text = "timestamp,pod,container,cpu,memory\n"
        for hour in 0..<(days * 24) {
            let time = Date(timeIntervalSince1970: 1_767_571_200 + Double(hour) * 3600).formatted(.iso8601)
            let wave = 1 + 0.5 * sin(2 * .pi * Double(hour % 24) / 24)
            for pod in 0..<pods {
                let load = wave * (hour % pods == pod ? 1.5 : 1) + 0.1 * noise(UInt64(hour * 1009 + pod))
                text += "\(time),pod-\(pod),web,\(0.2 * load),\(200_000_000 * load)\n"
                text += "\(time),pod-\(pod),proxy,\(0.05 * load),\(50_000_000 * load)\n"
            }
        }
        let file = folder.appending(path: "usage.csv")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014) of a number, from 0 to 1.
    private static func noise(_ number: UInt64) -> Double {
        var z = (number + 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }

    /// The spec of a model that trains on a file.
    static func spec(_ file: String, _ training: JSONObject = [:], algorithm: String = "SeasonalNaive") -> JSONObject {
        [
            "targetRef": .null, "scaling": [:], "source": ["csv": ["path": .string(file), "recorded": true]],
            "algorithm": ["name": .string(algorithm)], "horizon": "Day", "training": .object(training),
        ]
    }
}

extension OperatorHarness {
    /// Puts up a run with settings of its own.
    func challenge(_ name: String, spec changes: JSONObject) async throws {
        var spec: JSONObject = ["modelRef": ["name": "shop"]]
        for (key, value) in changes { spec[key] = value }
        try await create([
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "spec": .object(spec),
        ])
    }

    /// The names of the artifacts' ConfigMaps of a kind.
    func artifacts(_ kind: String) async throws -> [String] {
        try await client.list(
            ConfigMap.self, namespace: Self.namespace,
            options: ListOptions(labelSelector: "presage.dev/artifact=\(kind)")
        ).items.map(\.metadata.name).sorted()
    }

    /// Waits until a run has failed and the model says that what serves goes on serving.
    func failure(of run: String) async throws -> (reason: String, message: String) {
        let failed = try await self.run(run) { $0.status?.phase == .failed }
        let condition = failed.status?.conditions?["Trained"]
        let model = try await model {
            $0.status?.conditions?["TrainingHealthy"]?.message.contains("TrainingJob \(run) failed") == true
        }
        guard model.status?.production?.version == 1, model.status?.conditions?.isTrue("Trained") == true else {
            throw WaitedInVain(what: "version 1 to go on serving")
        }
        return (condition?.reason ?? "", condition?.message ?? "")
    }
}
