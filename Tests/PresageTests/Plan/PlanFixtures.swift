import Foundation
import Testing

@testable import presage

/// A folder of manifests and a history, gone after the test.
final class PlanFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "presage-plan-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, as name: String) throws {
        let url = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    /// The usual folder: a Deployment, its model, and three weeks of hourly history beside them.
    static func usual(model: String = PlanFolder.model, deployment: String = PlanFolder.deployment()) throws
        -> PlanFolder
    {
        let folder = try PlanFolder()
        try folder.write(deployment, as: "deployment.yaml")
        try folder.write(model, as: "model.yaml")
        try folder.write(history(), as: "usage.csv")
        return folder
    }

    static let model = """
        apiVersion: presage.dev/v1alpha1
        kind: ForecastModel
        metadata:
          name: checkout
        spec:
          targetRef:
            name: checkout
          source:
            csv:
              path: usage.csv
          algorithm:
            name: SeasonalNaive
        """

    static func deployment(name: String = "checkout", cpu: String = "2", memory: String = "4Gi") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(name)
        spec:
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec:
              containers:
                - name: app
                  image: app:1
                  resources:
                    requests: {cpu: \(cpu), memory: \(memory)}
                    limits: {cpu: "4", memory: 8Gi}
                - name: sidecar
                  image: proxy:1
        """
    }

    /// Hourly rows with a daily rhythm between 0.2 and 0.6 cores and around 512 MiB.
    static func history(container: String = "app", hours: Int = 24 * 21) -> String {
        var lines = ["timestamp,container,cpu,memory"]
        for hour in 0..<hours {
            let rhythm = 0.4 - 0.2 * cos(2 * .pi * Double(hour % 24) / 24)
            // A few percent that repeat only after 7 hours, so that no two days are alike.
            let wobble = 1 + 0.01 * Double(hour * 5 % 7)
            let memory = 536_870_912 * wobble
            lines.append("\(1_788_220_800 + hour * 3600),\(container),\(rhythm * wobble),\(Int(memory))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Plans a folder as the command does.
func plan(_ folder: PlanFolder, history: String? = nil, only: [String] = []) async throws -> [ModelPlan] {
    let manifests = try ManifestReader().read([folder.path])
    let source = PlanHistory(override: history.map { "\(folder.path)/\($0)" }, manifests: manifests)
    var plans: [ModelPlan] = []
    for subject in try PlanSubject.all(in: manifests, only: only) {
        let planner = Planner(threads: 1, progress: { _ in })
        plans.append(try await planner.plan(subject, history: try await source.read(for: subject)))
    }
    return plans
}

/// Runs `kubectl kustomize` on a folder; nil where this machine has no kubectl.
func kustomize(_ folder: String) throws -> (status: Int32, output: String)? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let kubectl = path.split(separator: ":").map { "\($0)/kubectl" }.first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let kubectl else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: kubectl)
    process.arguments = ["kustomize", folder]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}
