import KubernetesClient
import Operator
import Testing

/// The definitions' rules as an API server reads them. From 1.29 on: older servers do not know quantities in rules, and those
/// before 1.25 no rules.
@Suite(.enabled(if: LoopCluster.kubeconfig != nil))
struct RuleClusterTests {
    @Test func `a mistake that a rule can see is refused by kubectl apply, with its field and what to do`() async throws
    {
        let client = try client()
        guard try await LoopCluster.minor(client) >= 29 else { return }
        for wrong in WrongSpec.all {
            let said = try await refusal(of: try wrong.spec, wrong.kind, client)
            #expect(
                said?.contains("\(wrong.field): Invalid value") == true, "\(wrong.testDescription): \(said ?? "taken")")
            #expect(said?.contains(wrong.message) == true, "\(wrong.testDescription): \(said ?? "taken")")
        }
    }

    @Test func `what is right is taken`() async throws {
        let client = try client()
        for text in [
            "{source: {csv: {path: a}}, targetRef: {name: a}, scaling: {mode: Apply}}",
            "{source: {prometheus: {url: http://p, cpuQuery: q}}}",
            "{source: {csv: {url: 'http://p/?a=b', auth: {bearerToken: {name: a, key: b}}, tls: {}}}}",
            "{source: {postgresql: {host: h, database: d, query: q, timeZone: Etc/GMT-2, sslMode: verify-full, ca: {name: a, key: b}}}}",
            "{source: {csv: {path: a}}, training: {schedule: '@Daily', jitter: 5m, holdout: 10h}}",
            "{source: {csv: {path: a}}, training: {schedule: ' */5  0-6,22 * jan MON-FRI '}}",
            "{source: {csv: {path: a}}, training: {resources: {requests: {cpu: 1, memory: 1G}, limits: {cpu: 1000m, memory: 1Gi}}}}",
            "{source: {csv: {path: a}}, targetRef: {name: a}, scaling: {containers: [{name: app, minAllowed: {cpu: '0.5'}, maxAllowed: {cpu: 500m, memory: '1e9'}}]}}",
            "{source: {csv: {path: a}}, training: {volumes: [{name: a, emptyDir: {}}], volumeMounts: [{name: a, mountPath: /tmpfiles}]}}",
        ] {
            let said = try await refusal(of: try YAML.parseOne(text), .model, client)
            #expect(said == nil, "\(text)")
        }
    }

    private func client() throws -> KubernetesClient {
        KubernetesClient(
            configuration: try .load(kubeconfig: try #require(LoopCluster.kubeconfig)),
            options: .init(requestsPerSecond: 0))
    }

    /// What the server says of an object that is only tried; nil where it would take it.
    private func refusal(
        of spec: JSONValue, _ kind: WrongSpec.Kind, _ client: KubernetesClient
    ) async throws -> String? {
        let definition = kind == .model ? ForecastModel.definition : TrainingJob.definition
        let object: JSONValue = [
            "apiVersion": "presage.dev/v1alpha1", "kind": .string(definition.kind),
            "metadata": ["name": "tried", "namespace": "default"], "spec": spec,
        ]
        do {
            let options = WriteOptions(dryRun: true, fieldValidation: .strict)
            switch kind {
            case .model:
                _ = try await client.apply(ForecastModel.self, object, fieldManager: "test", options: options)
            case .run: _ = try await client.apply(TrainingJob.self, object, fieldManager: "test", options: options)
            }
            return nil
        } catch let error as KubernetesError where error.code == .invalid {
            return error.message
        }
    }
}
