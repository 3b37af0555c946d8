import ArgumentParser
import DataSources
import Foundation
import KubernetesClient
import Operator
import Playground

/// Takes one workload through the whole loop on this machine: history, training, promotion, forecast, a changed
/// Deployment.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the whole loop on this machine, on the bundled sample or on your own history.",
        discussion: """
            Starts a Kubernetes API in memory and the operator as a process of its own against it, applies the CRDs, a \
            workload and its model, waits for the first version, puts up a worse and a better challenger on newer \
            history, and prints and draws what came of it. Nothing is left running, unless --keep.
            """
    )

    @Option(
        help: ArgumentHelp(
            "A history: timestamp,container,cpu,memory (cores, bytes) or unique_id,ds,y.", valueName: "file"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder for the picture, the manifests, the kubeconfig and the logs.", valueName: "folder"))
    var output = "demo-output"

    @Option(help: ArgumentHelp("The folder with the custom resource definitions.", valueName: "folder"))
    var crds = "crds"

    @Flag(help: "Leave it running and print the kubeconfig to use; Ctrl-C ends it.")
    var keep = false

    func run() async throws {
        let demo = try Demo(
            history: history(), output: URL(fileURLWithPath: output), crds: URL(fileURLWithPath: crds),
            title: data.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "the bundled sample (generated)")
        try await demo.run(keeping: keep)
    }

    private func history() throws -> DemoHistory {
        guard let data else { return DemoHistory(try SampleHistory.demo()) }
        let history = DemoHistory(try CSVReader().read(path: data))
        guard history.end - history.start > 3 * history.holdout else {
            throw DemoError(
                "\(data) is too short: it spans \((history.end - history.start) / 3600) h, and the demo needs more than \(3 * history.holdout / 3600) h: three times what it holds out"
            )
        }
        return history
    }
}
