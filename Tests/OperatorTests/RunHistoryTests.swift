import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator

/// Which finished runs go, and which errors mean that the cluster has no room.
struct RunHistoryTests {
    private func run(
        _ name: String, age: Int64, phase: TrainingJobStatus.Phase = .succeeded,
        trigger: TrainingNeed.Trigger? = .schedule
    ) -> TrainingJob {
        var run = TrainingJob(
            metadata: ObjectMeta(name: name, namespace: "demo", uid: name),
            spec: TrainingJobSpec(modelRef: LocalReference(name: "web")))
        run.metadata.creationTimestamp = Timestamp(seconds: 1_800_000_000 - age)
        if let trigger { run.metadata.labels[TrainingNeed.triggerLabel] = trigger.rawValue }
        run.status = TrainingJobStatus()
        run.status?.phase = phase
        return run
    }

    @Test func `the oldest finished runs of the operator go, never the newest, a person's or one at work`() {
        let runs = [
            run("newest", age: 1), run("second", age: 2, phase: .failed), run("third", age: 3),
            run("hand-made", age: 90, trigger: nil), run("at-work", age: 99, phase: .running), run("oldest", age: 98),
        ]
        #expect(RunHistory.surplus(runs.reversed(), keeping: 2).map(\.name) == ["third", "oldest"])
        #expect(RunHistory.surplus(runs, keeping: 0).map(\.name) == ["second", "third", "oldest"])
        #expect(RunHistory.surplus(runs, keeping: 5).isEmpty)
    }

    @Test func `a used-up quota, a full etcd and an object too large are told from missing rights`() {
        func error(_ code: KubernetesError.Code, _ http: Int, _ message: String) -> KubernetesError {
            KubernetesError(code: code, message: message, httpStatus: http)
        }
        #expect(
            error(.forbidden, 403, "configmaps \"a\" is forbidden: exceeded quota: q, requested: count/configmaps=1")
                .isStorageFull)
        #expect(error(.server, 500, "etcdserver: mvcc: database space exceeded").isStorageFull)
        #expect(error(.server, 507, "Insufficient Storage").isStorageFull)
        #expect(error(.tooLarge, 413, "Request entity too large: limit is 3145728").isStorageFull)
        #expect(!error(.forbidden, 403, "User \"x\" cannot patch resource \"configmaps\"").isStorageFull)
        #expect(!error(.server, 500, "etcdserver: request timed out").isStorageFull)
        #expect(!error(.unavailable, 503, "apiserver is shutting down").isStorageFull)
    }
}
