import ArgumentParser
import Autoscaler
import Foundation
import KubernetesClient

/// `presage plan`: the operator's decision, made from manifests and a history, without a cluster.
struct PlanCommand: AsyncParsableCommand {
    /// How the plan is printed.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
        case kustomize
    }

    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a ForecastModel would change, from manifests and a history, without a cluster.",
        discussion: """
            Reads ForecastModels and the Deployments they name, learns the history, and decides as the operator would. The \
            last row of the history is taken as the present.

              presage plan deploy/ --history usage.csv
              kubectl kustomize overlays/prod | presage plan - --history usage.csv -o json
              presage plan deploy/ --history usage.csv -o kustomize --out patches

            Exit status: 0 nothing would change, 2 something would (0 with --exit-zero), 1 no plan could be made, \
            64 the command line is wrong. docs/plan.md has more.
            """
    )

    @Argument(help: ArgumentHelp("Files and folders with manifests; - is standard input.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("A CSV history, in place of the models' own sources.", valueName: "file"))
    var history: String?

    @Option(
        name: .customLong("model"), help: ArgumentHelp("Plan this model alone; may be repeated.", valueName: "name"))
    var models: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("The format of the plan.", valueName: "format"))
    var output = Output.table

    @Option(help: ArgumentHelp("Where -o kustomize writes its patches.", valueName: "folder"))
    var out: String?

    @Flag(help: "Exit with 0 though something would change.")
    var exitZero = false

    @Flag(name: .shortAndLong, help: "Print the stages of the training on standard error.")
    var verbose = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many threads fit series; as many as there are cores unless told.", valueName: "n"))
    var threads: Int?

    /// The exit status where something would change.
    static let wouldChange = ExitCode(2)

    func validate() throws {
        if paths.isEmpty {
            throw ValidationError("name the manifests to plan, such as a folder, or - for standard input")
        }
        if output == .kustomize, out == nil {
            throw ValidationError("-o kustomize needs --out, the folder to write to")
        }
        if output != .kustomize, out != nil { throw ValidationError("--out goes with -o kustomize") }
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); give at least 1") }
        if history == "-", paths.contains("-") {
            throw ValidationError("manifests and history cannot both come from standard input")
        }
    }

    func run() async throws {
        let folder = out.map { KustomizeOutput(folder: $0) }
        try folder?.check()
        let manifests = try ManifestReader().read(paths)
        let subjects = try PlanSubject.all(in: manifests, only: models)
        let verbose = self.verbose
        let planner = Planner(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount) { line in
            if verbose { TextOutput.note(line) }
        }
        let source = PlanHistory(override: history, manifests: manifests)
        var plans: [ModelPlan] = []
        for subject in subjects {
            plans.append(try await planner.plan(subject, history: try await source.read(for: subject)))
        }
        try write(plans)
        if plans.contains(where: \.wouldChange), !exitZero { throw Self.wouldChange }
    }

    private func write(_ plans: [ModelPlan]) throws {
        switch output {
        case .table: try TextOutput.write(PlanTable(plans: plans).text, to: nil)
        case .json:
            let document = PlanDocument(wouldChange: plans.contains(where: \.wouldChange), models: plans)
            try TextOutput.write(try JSONValue(encoding: document).jsonString([.pretty]) + "\n", to: nil)
        case .kustomize:
            let written = try KustomizeOutput(folder: out ?? ".").write(plans)
            var lines = written.patches.map { "patch          \($0)" }
            if let kustomization = written.kustomization { lines.append("kustomization  \(kustomization)") }
            if lines.isEmpty { lines.append("nothing would change") }
            try TextOutput.write(lines.joined(separator: "\n") + "\n", to: nil)
        }
    }
}

/// The whole of the JSON output.
struct PlanDocument: Codable, Sendable {
    /// Whether any model's target would change.
    var wouldChange: Bool
    /// The models, in the order of the manifests.
    var models: [ModelPlan]
}
