import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct TrainingSlotsTests {
    private func run(_ name: String, made seconds: Int64 = 0, in namespace: String = "shop") -> TrainingJob {
        var metadata = ObjectMeta(name: name, namespace: namespace)
        metadata.creationTimestamp = Timestamp(seconds: seconds)
        return TrainingJob(metadata: metadata, spec: TrainingJobSpec(modelRef: LocalReference(name: name)))
    }

    /// A run's Job, with the condition that ended it.
    private func job(_ name: String, ended condition: String? = nil, suspend: Bool = false) throws -> Job {
        let conditions: [JSONValue] = condition.map { [["type": .string($0), "status": "True"]] } ?? []
        return Job(
            object: try KubernetesObject(json: [
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": ["name": .string(name), "namespace": "shop"], "spec": ["suspend": .bool(suspend)],
                "status": ["conditions": .array(conditions)],
            ]))
    }

    private func keys(_ names: String...) -> [ObjectKey] { names.map { ObjectKey(namespace: "shop", name: $0) } }

    @Test func `a namespace runs as many as are allowed, and another one as many again`() throws {
        let slots = TrainingSlots(limit: 2)
        #expect(slots.admit(run("a")) && slots.admit(run("b")))
        #expect(!slots.admit(run("c")) && slots.admit(run("a")), "one that has a slot keeps it")
        #expect(slots.admit(run("c", in: "bank")))
        #expect(slots.message(in: "shop").contains("one of the 2 trainings that run in namespace shop"))
        let endless = TrainingSlots(limit: 0)
        #expect((0..<1000).allSatisfy { endless.admit(run("\($0)")) })
    }

    @Test func `a slot is free when the Job has ended, and the oldest that waits gets it`() throws {
        let slots = TrainingSlots(limit: 1)
        #expect(slots.admit(run("a")))
        #expect(slots.follow(.added(try job("a"))).isEmpty)
        #expect(!slots.admit(run("late", made: 3)) && !slots.admit(run("old", made: 1)))
        #expect(!slots.admit(run("between", made: 2)))
        let done = try job("a", ended: "Complete")
        #expect(slots.follow(.updated(old: done, new: done)) == keys("old"))
        #expect(!slots.admit(run("late", made: 3)), "there is one slot, and an older one waits for it")
        #expect(slots.admit(run("old", made: 1)))
        // It does not begin: whoever is asked next gets the slot.
        slots.leave(ObjectKey(namespace: "shop", name: "old"))
        #expect(!slots.admit(run("late", made: 3)) && slots.admit(run("between", made: 2)))
    }

    @Test(arguments: ["failed", "suspended", "deleted"])
    func `a Job that failed, that a queue holds or that is gone takes no slot`(how: String) throws {
        let slots = TrainingSlots(limit: 1)
        _ = slots.follow(.added(try job("a")))
        #expect(!slots.admit(run("b")))
        let event: InformerEvent<Job> =
            switch how {
            case "failed": .added(try job("a", ended: "Failed"))
            case "suspended": .added(try job("a", suspend: true))
            default: .deleted(try job("a"))
            }
        #expect(slots.follow(event) == keys("b"))
        #expect(slots.admit(run("b")))
    }

    @Test func `a thousand that wait take as many turns as there are slots`() throws {
        let slots = TrainingSlots(limit: 3)
        var left = (0..<1000).map { run("r\($0)", made: Int64($0)) }
        var begun: [String] = []
        for run in left where slots.admit(run) { begun.append(run.name) }
        #expect(begun == ["r0", "r1", "r2"])
        left.removeFirst(3)
        var ended = 0
        while ended < begun.count {
            let name = begun[ended]
            _ = slots.follow(.added(try job(name)))
            for key in slots.follow(.deleted(try job(name))) {
                let run = try #require(left.first { $0.name == key.name })
                if slots.admit(run) { begun.append(run.name) }
            }
            ended += 1
        }
        #expect(begun == (0..<1000).map { "r\($0)" })
    }
}
