import Foundation
import KubernetesClient
import Testing

@testable import Playground

/// The real kubectl, where it is on PATH, against the playground.
@Suite(.enabled(if: Kubectl.path != nil, "kubectl is not on PATH"))
struct KubectlTests {
    private func withWidgets(_ body: (Kubectl) async throws -> Void) async throws {
        try await TestAPI.run { (api) async throws in
            let kubectl = try Kubectl(api.server)
            defer { kubectl.clean() }
            #expect(try await kubectl.run("apply", "-f", "-", input: Fixtures.definition).code == 0)
            let established = try await kubectl.run(
                "wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=5s")
            #expect(established.code == 0, "\(established.text)")
            #expect(
                try await kubectl.run("apply", "-f", "-", input: Fixtures.widget("a", ["size": 3])).text
                    == "widget.example.com/a created\n")
            try await body(kubectl)
        }
    }

    @Test func `get prints the definition's columns`() async throws {
        try await withWidgets { (kubectl) async throws in
            let patched = try await kubectl.run(
                "patch", "wd", "a", "--subresource=status", "--type=merge", "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}")
            #expect(patched.code == 0, "\(patched.text)")
            let lines = try await kubectl.run("get", "wd").text.split(separator: "\n").map { line in
                line.split(separator: " ").map(String.init)
            }
            #expect(lines == [["NAME", "SIZE", "READY"], ["a", "3", "True"]])
            #expect(try await kubectl.run("wait", "--for=condition=Ready", "wd/a", "--timeout=5s").code == 0)
            let timeout = try await kubectl.run("wait", "--for=condition=Nope", "wd/a", "--timeout=1s")
            #expect(timeout.code == 1)
        }
    }

    @Test func `explain reads the schema`() async throws {
        try await withWidgets { (kubectl) async throws in
            let text = try await kubectl.run("explain", "widget.spec").text
            #expect(text.contains("What is wanted."))
            #expect(text.contains("size\t<integer> -required-"))
            #expect(try await kubectl.run("explain", "widget.spec.nope").code == 1)
        }
    }

    @Test func `diff, apply and refusals say what they should`() async throws {
        try await withWidgets { (kubectl) async throws in
            let larger = Fixtures.widget("a", ["size": 4])
            let diff = try await kubectl.run("diff", "-f", "-", input: larger)
            #expect(diff.code == 1)
            #expect(diff.text.contains("-  size: 3\n+  size: 4"))
            #expect(
                try await kubectl.run("apply", "-f", "-", input: larger).text == "widget.example.com/a configured\n")
            #expect(try await kubectl.run("apply", "-f", "-", input: larger).text == "widget.example.com/a unchanged\n")
            #expect(try await kubectl.run("diff", "-f", "-", input: larger).code == 0)
            let tooLarge = try await kubectl.run("apply", "-f", "-", input: Fixtures.widget("a", ["size": 99]))
            #expect(tooLarge.text.contains("spec.size in body should be less than or equal to 10"))
            let unknown = try await kubectl.run("apply", "-f", "-", input: Fixtures.widget("a", ["size": 1, "x": 1]))
            #expect(unknown.text.contains("strict decoding error: unknown field \"spec.x\""))
            let conflict = try await kubectl.run(
                "apply", "--server-side", "--field-manager=git", "-f", "-", input: Fixtures.widget("a", ["size": 5]))
            #expect(conflict.code == 1)
            #expect(
                conflict.text.contains("conflict with \"kubectl-client-side-apply\" using example.com/v1: .spec.size"))
            let forced = try await kubectl.run(
                "apply", "--server-side", "--force-conflicts", "--field-manager=git", "-f", "-",
                input: Fixtures.widget("a", ["size": 5]))
            #expect(forced.text == "widget.example.com/a serverside-applied\n")
        }
    }

    @Test func `describe, annotate, label, patch and delete work`() async throws {
        try await withWidgets { (kubectl) async throws in
            #expect(try await kubectl.run("annotate", "wd", "a", "note=hello").code == 0)
            #expect(try await kubectl.run("label", "wd", "a", "team=x").code == 0)
            #expect(try await kubectl.run("get", "wd", "-l", "team=x", "-o", "name").text == "widget.example.com/a\n")
            let patch = "[{\"op\":\"replace\",\"path\":\"/spec/size\",\"value\":6}]"
            #expect(try await kubectl.run("patch", "wd", "a", "--type=json", "-p", patch).code == 0)
            let text = try await kubectl.run("describe", "wd", "a").text
            #expect(text.contains("note: hello"))
            #expect(text.contains("Size:   6"))
            #expect(try await kubectl.run("delete", "wd", "a", "--timeout=5s").code == 0)
            #expect(try await kubectl.run("get", "wd", "a").text.contains("widgets.example.com \"a\" not found"))
        }
    }

    @Test func `get -w prints changes as they come`() async throws {
        try await withWidgets { (kubectl) async throws in
            try await kubectl.following("get", "wd", "-w") { text in
                func expect(_ expected: [String]) async throws {
                    var rows: [String] = []
                    let end = ContinuousClock.now + .seconds(120)
                    while rows.count < expected.count, ContinuousClock.now < end {
                        try await Task.sleep(for: .milliseconds(20))
                        rows = try text().split(separator: "\n").map {
                            $0.split(separator: " ").prefix(2).joined(separator: " ")
                        }
                    }
                    #expect(rows == expected)
                }
                try await expect(["NAME SIZE", "a 3"])
                _ = try await kubectl.run("patch", "wd", "a", "--type=merge", "-p", "{\"spec\":{\"size\":7}}")
                try await expect(["NAME SIZE", "a 3", "a 7"])
            }
        }
    }

    @Test func `a deployment rolls out, restarts, pauses and scales`() async throws {
        try await TestAPI.run { (api) async throws in
            let kubectl = try Kubectl(api.server)
            defer { kubectl.clean() }
            #expect(try await kubectl.run("apply", "-f", "-", input: Fixtures.deployment()).code == 0)
            for command in [
                ["rollout", "status", "deploy/web", "--timeout=5s"], ["rollout", "restart", "deploy/web"],
                ["rollout", "status", "deploy/web", "--timeout=5s"], ["rollout", "pause", "deploy/web"],
                ["rollout", "resume", "deploy/web"], ["scale", "deploy/web", "--replicas=3"],
                ["wait", "--for=condition=Available", "deploy/web", "--timeout=5s"],
                ["set", "resources", "deploy/web", "-c", "app", "--requests=cpu=300m"],
                ["describe", "deploy/web"], ["get", "deploy,rs,pods", "-o", "wide"],
                ["delete", "deploy/web", "--cascade=foreground", "--timeout=5s"],
            ] {
                let result = try await kubectl.run(command)
                #expect(result.code == 0, "kubectl \(command.joined(separator: " ")): \(result.text)")
            }
            #expect(try await kubectl.run("get", "rs,pods").text == "No resources found in default namespace.\n")
        }
    }

    @Test func `a job is created, waited for, logged and described`() async throws {
        try await TestAPI.run { (api) async throws in
            let kubectl = try Kubectl(api.server)
            defer { kubectl.clean() }
            let job = Fixtures.job("j", "echo hello")
            #expect(try await kubectl.run("create", "-f", "-", input: job).text == "job.batch/j created\n")
            #expect(try await kubectl.run("wait", "--for=condition=Complete", "job/j", "--timeout=10s").code == 0)
            #expect(try await kubectl.run("logs", "job/j").text == "hello\n")
            #expect(try await kubectl.run("describe", "job", "j").text.contains("Job completed"))
            #expect(try await kubectl.run("get", "events").text.contains("job/j"))
            #expect(try await kubectl.run("delete", "job", "j", "--timeout=5s").code == 0)
        }
    }

    private static let manifests: [JSONValue] = {
        func object(_ apiVersion: String, _ kind: String, _ name: String, _ more: JSONObject = [:]) -> JSONValue {
            var object: JSONObject = [
                "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)],
            ]
            for (key, value) in more { object[key] = value }
            return .object(object)
        }
        let access = "rbac.authorization.k8s.io"
        let rules: JSONObject = ["rules": [["apiGroups": [""], "resources": ["pods"], "verbs": ["get"]]]]
        func binding(_ kind: String, _ name: String) -> JSONObject {
            [
                "roleRef": ["apiGroup": .string(access), "kind": .string(kind), "name": .string(name)],
                "subjects": [["kind": "ServiceAccount", "name": "sa", "namespace": "default"]],
            ]
        }
        return [
            object("v1", "Namespace", "team"), object("v1", "ConfigMap", "c", ["data": ["a": "b"]]),
            object("v1", "Secret", "s", ["stringData": ["a": "b"]]), object("v1", "ServiceAccount", "sa"),
            object("\(access)/v1", "Role", "r", rules), object("\(access)/v1", "ClusterRole", "cr", rules),
            object("\(access)/v1", "RoleBinding", "rb", binding("Role", "r")),
            object("\(access)/v1", "ClusterRoleBinding", "crb", binding("ClusterRole", "cr")),
            object("v1", "Service", "svc", ["spec": ["ports": [["port": 80]], "selector": ["a": "b"]]]),
            object("v1", "ResourceQuota", "q", ["spec": ["hard": ["pods": "1"]]]),
            object("v1", "LimitRange", "l", ["spec": ["limits": [["type": "Container"]]]]),
            object("policy/v1", "PodDisruptionBudget", "p", ["spec": ["minAvailable": 1]]),
            object("coordination.k8s.io/v1", "Lease", "lease", ["spec": ["holderIdentity": "me"]]),
        ]
    }()

    @Test func `everyday kinds are created and listed`() async throws {
        try await TestAPI.run { (api) async throws in
            let kubectl = try Kubectl(api.server)
            defer { kubectl.clean() }
            // `kubectl create <kind>` would send protobuf; manifests are JSON.
            for (index, manifest) in Self.manifests.enumerated() {
                let result = try await kubectl.run("create", "-f", "-", input: manifest)
                #expect(result.code == 0, "manifest \(index): \(result.text)")
            }
            for command in [
                ["create", "token", "sa"],
                ["get", "cm,secret,sa,role,rolebinding,clusterrole,clusterrolebinding,svc,quota,pdb,ns,lease,crd"],
                ["describe", "cm", "c"], ["describe", "role", "r"], ["api-resources"], ["api-versions"],
                ["delete", "namespace", "team", "--timeout=5s"], ["version"],
            ] {
                let result = try await kubectl.run(command)
                #expect(result.code == 0, "kubectl \(command.joined(separator: " ")): \(result.text)")
            }
        }
    }
}

/// Runs kubectl with a kubeconfig and a home of its own.
struct Kubectl: Sendable {
    static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/kubectl" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    private let directory: URL

    init(_ server: PlaygroundServer) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try server.kubeconfig.write(to: directory.appending(path: "config"), atomically: true, encoding: .utf8)
    }

    func clean() { try? FileManager.default.removeItem(at: directory) }

    func run(_ arguments: String..., input: JSONValue? = nil) async throws -> (code: Int32, text: String) {
        try await run(arguments, input: input)
    }

    /// Both outputs as one text, in the order of writing.
    func run(_ arguments: [String], input: JSONValue? = nil) async throws -> (code: Int32, text: String) {
        let (process, output) = try process(arguments, input: input)
        let code: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (code, try String(contentsOf: output, encoding: .utf8))
    }

    /// Runs a command that does not end by itself while `body` works, which may ask what it has printed so far.
    func following(_ arguments: String..., body: (_ text: () throws -> String) async throws -> Void) async throws {
        let (process, output) = try process(arguments)
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        try await body { try String(contentsOf: output, encoding: .utf8) }
    }

    private func process(_ arguments: [String], input: JSONValue? = nil) throws -> (Process, output: URL) {
        let name = UUID().uuidString
        let output = directory.appending(path: name + ".out")
        let source = directory.appending(path: name + ".in")
        try Data((input ?? .null).serialized()).write(to: source)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: Self.path ?? "kubectl")
        process.arguments = arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": directory.path,
            "KUBECONFIG": directory.appending(path: "config").path,
        ]
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = try FileHandle(forReadingFrom: source)
        return (process, output)
    }
}
