import Autoscaler
import Foundation
import KubernetesClient

/// Writes the plan as patches that `kubectl kustomize` builds with.
///
/// Each model that would change gets a strategic-merge patch `presage-<deployment>.yaml` with the requests and limits
/// of its containers and nothing else. Where the folder has no kustomization, one is made: a `Component`, for an overlay
/// to name under `components`. Where it has one, the patch is entered there, and its comments stay.
struct KustomizeOutput {
    /// The folder.
    var folder: String

    /// What was written.
    struct Written: Sendable, Hashable {
        /// The patches, as paths.
        var patches: [String] = []
        /// The kustomization, where it was made or changed.
        var kustomization: String?
    }

    /// Checks before the training that there is, or can be, such a folder.
    func check() throws(PlanError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else { throw PlanError(.unreadable, at: folder, "is a file; name a folder by --out") }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw PlanError(.unreadable, at: folder, "nothing can be written there; check its permissions")
        }
    }

    /// Writes patches and enters them.
    func write(_ plans: [ModelPlan]) throws(PlanError) -> Written {
        var written = Written()
        let changing = plans.filter { $0.wouldChange && $0.target != nil }
        guard !changing.isEmpty else { return written }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw PlanError(.unreadable, at: folder, "the folder cannot be made: \(TextOutput.reason(error))")
        }
        let names = Dictionary(grouping: changing, by: { $0.target ?? "" })
        for plan in changing {
            // Deployments of one name in two namespaces would else overwrite each other.
            let isUnique = names[plan.target ?? ""]?.count == 1
            let file = "presage-\(isUnique ? "" : "\(plan.namespace)-")\(plan.target ?? "").yaml"
            try save(try Self.patch(plan), as: file)
            written.patches.append(file)
        }
        written.kustomization = try enter(written.patches)
        written.patches = written.patches.map { "\(folder)/\($0)" }
        return written
    }

    /// The patch of one model, with the reasons as comments.
    static func patch(_ plan: ModelPlan) throws(PlanError) -> String {
        var metadata: JSONObject = ["name": .string(plan.target ?? "")]
        // The default namespace is mostly one that was not written, and kustomize would look for it literally.
        if plan.namespace != "default" { metadata["namespace"] = .string(plan.namespace) }
        var pod = JSONObject()
        for container in plan.recommendation?.containers ?? [] {
            do {
                let list = plan.sidecars.contains(container.name) ? "initContainers" : "containers"
                let item: JSONValue = [
                    "name": .string(container.name), "resources": try JSONValue(encoding: container.target),
                ]
                pod[list] = .array((pod[list]?.arrayValue ?? []) + [item])
            } catch {
                throw PlanError(
                    .invalidOutput, at: "\(plan.namespace)/\(plan.name)",
                    "the resources of container \(container.name) cannot be written: \(error)")
            }
        }
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": .object(metadata),
            "spec": ["template": ["spec": .object(pod)]],
        ]
        let reasons = (plan.recommendation?.explanations ?? []).map { "#   \($0)" }
        let head = "# Written by presage plan from ForecastModel \(plan.namespace)/\(plan.name); edits are overwritten."
        return ([head] + reasons + [YAML.write(object)]).joined(separator: "\n")
    }

    private func save(_ text: String, as file: String) throws(PlanError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"), options: .atomic)
        } catch {
            throw PlanError(.unreadable, at: "\(folder)/\(file)", "cannot be written: \(TextOutput.reason(error))")
        }
    }

    /// Enters patches in the folder's kustomization; nil where they stand there already.
    private func enter(_ patches: [String]) throws(PlanError) -> String? {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
        guard let name = names.first(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }) else {
            try save(Self.component(patches), as: "kustomization.yaml")
            return "\(folder)/kustomization.yaml"
        }
        let path = "\(folder)/\(name)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PlanError(.unreadable, at: path, "cannot be read; check its permissions")
        }
        let text = String(decoding: data, as: UTF8.self)
        guard let changed = try KustomizationFile(text: text, path: path).adding(patches) else { return nil }
        try save(changed, as: name)
        return path
    }

    private static func component(_ patches: [String]) -> String {
        """
        # Made by presage plan. Name this folder under `components` of an overlay's kustomization.
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        patches:
        \(patches.map { "  - path: \($0)" }.joined(separator: "\n"))

        """
    }
}
