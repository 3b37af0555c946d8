import Foundation
import KubernetesClient
import Testing
import Threading

@testable import Playground

struct NodeAPITests {
    /// Who cancels a task holds a lock of the task's while its streams end, and who changes a pod holds the cluster's while
    /// it wakes the task: neither may want what the other has. Threads of their own, so that a deadlock stops nobody else.
    @Test func `a kubelet is stopped while pods change, and the cluster goes on`() async throws {
        let cluster = Cluster(historyLimit: 100, now: { Date(timeIntervalSince1970: 0) })
        let api = PlaygroundNodeAPI(cluster: cluster, tokens: TokenStore(allowsAnonymous: true), url: "")
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "a", "namespace": "default"],
            "spec": ["containers": [["name": "c", "image": "i"]]],
        ]
        let name = try cluster.create(.pods, pod, as: "test").objectName
        let isOver = Locked(false)
        let rounds = Locked(0)
        Thread {
            var change = 0
            while !isOver.withLock({ $0 }) {
                change += 1
                cluster.modify(.pods, name, as: "test") { $0["metadata", "labels", "change"] = .string("\(change)") }
                // Others want the lock too.
                Thread.sleep(forTimeInterval: 0.0001)
            }
        }.start()
        Thread {
            while !isOver.withLock({ $0 }) {
                let kubelet = Task { for await _ in api.podNames() {} }
                Thread.sleep(forTimeInterval: 0.0005)
                kubelet.cancel()
                rounds.withLock { $0 += 1 }
            }
        }.start()
        // A deadlock is for ever; a busy machine is not.
        let end = ContinuousClock.now + .seconds(120)
        while rounds.withLock({ $0 }) < 500, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        let seen = rounds.withLock { $0 }
        #expect(seen >= 500, "after \(seen) rounds nobody gets on any more")
        isOver.withLock { $0 = true }
    }
}
