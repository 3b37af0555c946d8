import Foundation
import KubernetesClient
import Logging

/// Any API server, as a kubelet sees it through a client.
struct ClientNodeAPI: NodeAPI {
    let client: KubernetesClient
    let nodeName: String
    let now: @Sendable () -> Date
    let logger: Logger
    private let pods: Informer<Pod>

    init(client: KubernetesClient, nodeName: String, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.client = client
        self.nodeName = nodeName
        self.now = now
        self.logger = logger
        pods = Informer(client: client, Pod.self, logger: logger)
    }

    func podNames() -> AsyncStream<ObjectName> {
        let (names, continuation) = AsyncStream<ObjectName>.makeStream()
        pods.onEvent { event in
            let metadata = event.object.metadata
            continuation.yield(ObjectName(namespace: metadata.namespace ?? "", name: metadata.name))
        }
        let task = Task {
            do {
                try await pods.run()
            } catch is CancellationError {
                // The kubelet stops.
            } catch {
                logger.error("the pods cannot be followed", metadata: ["error": "\(error)"])
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return names
    }

    func pod(_ name: ObjectName) -> JSONValue? {
        try? pods.store.get(namespace: name.namespace, name: name.name)?.jsonValue()
    }

    func object(_ resource: ResourceKey, _ name: ObjectName) async throws -> JSONValue? {
        switch resource {
        case .configMaps: try await json(ConfigMap.self, name)
        case .secrets: try await json(Secret.self, name)
        default: try await json(ServiceAccount.self, name)
        }
    }

    private func json<R: KubernetesResource>(_ type: R.Type, _ name: ObjectName) async throws -> JSONValue? {
        let object = try await client.find(type, name.name, namespace: name.namespace)
        // A typed object need not carry its kind, and a Secret is read by it.
        guard var json = try object?.jsonValue() else { return nil }
        json["kind"] = .string(type.definition.kind)
        return json
    }

    func bind(_ pod: JSONValue) async {
        let binding: JSONValue = [
            "apiVersion": "v1", "kind": "Binding",
            "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid)],
            "target": ["apiVersion": "v1", "kind": "Node", "name": .string(nodeName)],
        ]
        await attempt("bind", pod.objectName) {
            _ = try await client.create(
                "binding", of: pod.name, namespace: pod.namespace, binding, definition: Pod.definition)
        }
    }

    func changeStatus(of pod: JSONValue, _ change: @escaping @Sendable (inout JSONValue) -> Void) async {
        await attempt("report", pod.objectName) {
            while true {
                var json = try await client.get(Pod.self, pod.name, namespace: pod.namespace).jsonValue()
                guard json.uid == pod.uid else { return }
                change(&json)
                do {
                    _ = try await client.updateStatus(try Pod(json: json))
                    return
                } catch let error as KubernetesError where error.code == .conflict {
                    continue
                }
            }
        }
    }

    func release(_ name: ObjectName, uid: String) async {
        await attempt("release", name) {
            try await client.delete(
                Pod.self, name.name, namespace: name.namespace, options: .init(gracePeriodSeconds: 0, uid: uid))
        }
    }

    /// Repeats what fails for the server's sake; a refusal is logged, for the pod may be gone or another's by now.
    private func attempt(_ verb: String, _ name: ObjectName, _ body: () async throws -> Void) async {
        var delay = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                return try await body()
            } catch let error as KubernetesError where error.isNotFound || error.code == .conflict {
                return
            } catch {
                logger.warning(
                    "a pod's state is not told", metadata: ["verb": "\(verb)", "pod": "\(name)", "error": "\(error)"])
                if let error = error as? KubernetesError, (400..<429).contains(error.httpStatus ?? 0) { return }
            }
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(5))
        }
    }

    func token(of pod: JSONValue, audience: String?, seconds: Int) async throws -> String {
        let account = pod["spec", "serviceAccountName"]?.stringValue ?? "default"
        var request: JSONValue = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": [
                "audiences": [], "expirationSeconds": .int(Int64(seconds)),
                "boundObjectRef": [
                    "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name), "uid": .string(pod.uid),
                ],
            ],
        ]
        if let audience { request["spec", "audiences"] = [.string(audience)] }
        let answer = try await client.create(
            "token", of: account, namespace: pod.namespace, request, definition: ServiceAccount.definition)
        guard let token = answer["status", "token"]?.stringValue else {
            throw Sandbox.Problem(reason: "FailedMount", message: "the API server gave no token for \(account)")
        }
        return token
    }

    func kubeconfig(of pod: JSONValue, mounts: MountTable) async throws -> String? {
        let directory = mounts.rewritten(Self.serviceAccountPath)
        guard directory != Self.serviceAccountPath else { return nil }
        return Kubeconfig.text(
            url: client.configuration.server, tokenFile: directory + "/token", authority: directory + "/ca.crt",
            namespace: pod.namespace)
    }

    func forget(uid: String) {}

    func record(_ pod: JSONValue, reason: String, message: String) async {
        let event = EventWriter.event(of: pod, reason, message, type: "Warning", component: "kubelet", at: now())
        do {
            _ = try await client.create(Event(json: event))
        } catch {
            logger.warning("an event is lost", metadata: ["reason": "\(reason)", "error": "\(error)"])
        }
    }
}
