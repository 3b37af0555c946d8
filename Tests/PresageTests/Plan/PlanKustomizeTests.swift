import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import presage

struct PlanKustomizeTests {
    @Test func `kubectl builds an overlay with the component that was made`() async throws {
        let folder = try PlanFolder.usual()
        try folder.write("resources: [../deployment.yaml]\n", as: "unused/kustomization.yaml")
        try folder.write("resources: [deployment.yaml]\ncomponents: [presage]\n", as: "kustomization.yaml")
        let manifests = try ManifestReader().read(["\(folder.path)/deployment.yaml", "\(folder.path)/model.yaml"])
        let subject = try #require(try PlanSubject.all(in: manifests).first)
        let history = try await PlanHistory(manifests: manifests).read(for: subject)
        let plan = try await Planner(threads: 1, progress: { _ in }).plan(subject, history: history)
        let written = try KustomizeOutput(folder: "\(folder.path)/presage").write([plan])
        #expect(written.patches == ["\(folder.path)/presage/presage-checkout.yaml"])
        #expect(written.kustomization == "\(folder.path)/presage/kustomization.yaml")

        guard let built = try kustomize(folder.path) else { return }
        #expect(built.status == 0, "\(built.output)")
        let containers = try YAML.parseOne(built.output)["spec", "template", "spec", "containers"]?.arrayValue
        #expect(containers?.compactMap { $0["image"]?.stringValue } == ["app:1", "proxy:1"])
        let target = try #require(plan.recommendation?.containers.first?.target)
        #expect(containers?.first?["resources"] == (try JSONValue(encoding: target)))
        #expect(containers?.last?["resources"] == nil)
    }

    @Test func `the patch holds resources and their reasons, nothing else`() async throws {
        let plan = try #require(try await plan(PlanFolder.usual()).first)
        let text = try KustomizeOutput.patch(plan)
        #expect(text.contains("#   app: CPU request"))
        let patch = try YAML.parseOne(text)
        #expect(patch["metadata"] == ["name": "checkout"])
        #expect(patch["spec"]?.objectValue?.count == 1)
        #expect(
            patch["spec", "template", "spec", "containers", 0]?.objectValue.map { Array($0.keys) } == [
                "name", "resources",
            ])
    }

    @Test func `a native sidecar stands where it stands in the manifest`() async throws {
        var deployment = try YAML.parseOne(PlanFolder.deployment())
        let containers = try #require(deployment["spec", "template", "spec", "containers"]?.arrayValue)
        var sidecar = containers[0]
        sidecar["restartPolicy"] = "Always"
        deployment["spec", "template", "spec"] = ["initContainers": [sidecar], "containers": [containers[1]]]
        let plan = try #require(try await plan(PlanFolder.usual(deployment: YAML.write(deployment))).first)
        #expect(plan.sidecars == ["app"])
        let pod = try YAML.parseOne(try KustomizeOutput.patch(plan))["spec", "template", "spec"]
        #expect(pod?["initContainers", 0, "name"] == "app" && pod?["containers"] == nil)
        #expect(pod?["initContainers", 0, "resources", "requests", "cpu"] != nil)
    }

    @Test func `nothing is written where nothing would change`() async throws {
        let folder = try PlanFolder.usual(model: PlanFolder.model + "\n  scaling: {mode: \"Off\"}")
        let written = try KustomizeOutput(folder: "\(folder.path)/out").write(try await plan(folder))
        #expect(written == KustomizeOutput.Written())
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
    }

    @Test(arguments: [
        (
            "# mine\nresources:\n- a.yaml # first\npatches:\n- path: other.yaml\n",
            "- path: presage-x.yaml\n- path: other.yaml"
        ),
        ("resources:\n  - a.yaml\n", "patches:\n  - path: presage-x.yaml\n"),
        ("patches: # ours\n    - path: o.yaml\n", "patches: # ours\n    - path: presage-x.yaml\n    - path: o.yaml"),
        ("", "patches:\n  - path: presage-x.yaml\n"),
        ("patches:\n", "patches:\n  - path: presage-x.yaml\n"),
    ])
    func `a patch is entered in a kustomization and what stands there stays`(text: String, part: String) throws {
        let changed = try #require(try KustomizationFile(text: text, path: "k").adding(["presage-x.yaml"]))
        #expect(changed.contains(part))
        for line in text.split(separator: "\n") { #expect(changed.contains(line)) }
        // The second time it stands there already.
        #expect(try KustomizationFile(text: changed, path: "k").adding(["presage-x.yaml"]) == nil)
    }

    @Test(arguments: ["patches: [{path: a.yaml}]\n", "{resources: [a.yaml]}\n", "patches: x\n", "- a\n", "a: [\n"])
    func `a kustomization that cannot be extended safely is left alone`(text: String) {
        let error = #expect(throws: PlanError.self) {
            try KustomizationFile(text: text, path: "k").adding(["presage-x.yaml"])
        }
        #expect(error?.code == .invalidOutput)
    }
}
