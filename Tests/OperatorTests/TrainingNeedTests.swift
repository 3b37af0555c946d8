import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator

struct TrainingNeedTests {
    /// 2026-03-02 02:00 UTC, a Monday.
    private let start = Date(timeIntervalSince1970: 1_772_416_800)

    private func model(_ change: (inout ForecastModel) -> Void = { _ in }) -> ForecastModel {
        var model = ForecastModel(
            metadata: ObjectMeta(name: "web", namespace: "demo", uid: "m"),
            spec: ForecastModelSpec(source: SourceSpec()))
        model.metadata.creationTimestamp = Timestamp(start)
        change(&model)
        return model
    }

    private func need(
        _ model: ForecastModel, runs: [TrainingJob] = [], trained: Bool = true, refreshAfter: String? = nil,
        after seconds: TimeInterval
    ) throws -> TrainingNeed {
        try TrainingNeed(
            model: model,
            facts: .init(
                runs: runs, newest: trained ? .init(spec: try TrainingNeed.digest(of: model), published: 0) : nil,
                refreshAfter: refreshAfter),
            now: start.addingTimeInterval(seconds))
    }

    private func run(
        _ name: String, of model: ForecastModel, _ trigger: TrainingNeed.Trigger,
        phase: TrainingJobStatus.Phase? = .running
    ) throws -> TrainingJob {
        var run = TrainingJob(
            metadata: ObjectMeta(name: name, namespace: "demo", uid: name),
            spec: TrainingJobSpec(modelRef: LocalReference(name: "web")))
        run.metadata.labels = [
            TrainingNeed.triggerLabel: trigger.rawValue, TrainingNeed.specLabel: try TrainingNeed.digest(of: model),
        ]
        run.status = TrainingJobStatus()
        run.status?.phase = phase
        run.status?.completionTime = start
        return run
    }

    private func scheduled(_ change: (inout TrainingSpec) -> Void = { _ in }) -> ForecastModel {
        model {
            $0.spec.training.schedule = "0 3 * * *"
            change(&$0.spec.training)
        }
    }

    @Test func `a model that was never trained needs a run, the same however often it is asked`() throws {
        let first = try need(model(), trained: false, after: 0)
        #expect(first.run?.trigger == .spec)
        #expect(try need(model(), trained: false, after: 500).run?.name == first.run?.name)
        #expect(try need(model(), after: 0).run == nil)
    }

    @Test func `runs of models with long names have names of their own, which a Job and a label can have`() throws {
        let long = String(repeating: "shop-and-warehouse.", count: 5)
        let names = try ["a", "b"].map { end -> String in
            let model = scheduled { $0.schedule = "0 3 * * *" }
            var other = model
            other.metadata.name = long + end
            return try #require(try need(other, after: 3600).run?.name)
        }
        #expect(names[0] != names[1], "two models must not take each other's runs for their own")
        #expect(names.allSatisfy { $0.utf8.count <= 63 && !$0.contains(".-") && !$0.contains("--") }, "\(names)")
    }

    @Test(arguments: ["a.b", "a-b", "shop.example.com", String(repeating: "a", count: 60)])
    func `the pods of a run have host names, whatever the model is called`(name: String) throws {
        var model = scheduled()
        model.metadata.name = name
        for isTrained in [false, true] {
            let run = try #require(try need(model, trained: isTrained, after: 3600).run)
            // Of an Indexed Job of as many pods as may be.
            let host = "\(run.name)-999"
            #expect(host.utf8.count <= 63 && host.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil, "\(host)")
        }
    }

    @Test func `a dot in a model's name does not make its runs those of another model`() throws {
        let names = try ["a.b", "a-b", "a.b.c", "a.b-c", "a-b.c"].map { name -> String in
            var model = model()
            model.metadata.name = name
            return try #require(try need(model, trained: false, after: 0).run?.name)
        }
        #expect(Set(names).count == names.count, "\(names)")
        #expect(names[1].hasPrefix("a-b-"))
    }

    @Test func `a time that a wrong clock wrote holds up no training`() throws {
        let year = 365 * 86_400.0
        for field in [\ForecastModelStatus.lastScheduleTime, \.lastMissedScheduleTime] {
            var model = scheduled()
            model.status = ForecastModelStatus()
            model.status?[keyPath: field] = start.addingTimeInterval(year)
            let due = try need(model, after: 3600)
            #expect(due.run?.trigger == .schedule && due.scheduledTime == start.addingTimeInterval(3600))
            // Clocks of two machines differ by less: this time was handled.
            model.status?[keyPath: field] = start.addingTimeInterval(3600)
            #expect(try need(model, after: 3595).run == nil)
        }
        let model = model()
        var failed = try run("web-x", of: model, .spec, phase: .failed)
        failed.status?.completionTime = start.addingTimeInterval(year)
        #expect(try need(model, runs: [failed], trained: false, after: 0).run != nil)
    }

    @Test func `the schedule asks at its time and says when next`() throws {
        let model = scheduled()
        let before = try need(model, after: 3599)
        #expect(before.run == nil && before.nextScheduleTime == start.addingTimeInterval(3600))
        let due = try need(model, after: 3600)
        #expect(due.run?.trigger == .schedule && due.scheduledTime == start.addingTimeInterval(3600))
        #expect(due.nextScheduleTime == start.addingTimeInterval(3600 + 86_400))
    }

    @Test func `jitter is a model's own, always the same, within its bounds and spread over models`() throws {
        let span = TimeSpan.minutes(30)
        let shares = (0..<200).map { TrainingNeed.jitter(namespace: "demo", name: "model-\($0)", of: span) }
        #expect(shares == (0..<200).map { TrainingNeed.jitter(namespace: "demo", name: "model-\($0)", of: span) })
        #expect(shares.allSatisfy { (0...1800).contains($0) })
        #expect(shares.count { $0 < 900 } > 60 && shares.count { $0 >= 900 } > 60)
        let share = TimeInterval(TrainingNeed.jitter(namespace: "demo", name: "web", of: span))
        let model = scheduled { $0.jitter = span }
        #expect(try need(model, after: 3599 + share).run == nil)
        let due = try need(model, after: 3600 + share)
        #expect(due.scheduledTime == start.addingTimeInterval(3600 + share))
        #expect(due.run?.name == (try need(scheduled(), after: 3600)).run?.name, "named after the nominal time")
    }

    @Test func `one run makes up for all that were missed`() throws {
        var model = scheduled { $0.schedule = "*/5 * * * *" }
        let late = try need(model, after: 30 * 86_400 + 60)
        #expect(late.scheduledTime == start.addingTimeInterval(30 * 86_400))
        model.status = ForecastModelStatus()
        model.status?.lastScheduleTime = late.scheduledTime
        #expect(try need(model, after: 30 * 86_400 + 61).run == nil)
    }

    @Test func `a start later than its deadline is missed, said once, and the next is kept`() throws {
        var model = scheduled { $0.startingDeadlineSeconds = 600 }
        #expect(try need(model, after: 3600 + 600).run != nil)
        let late = try need(model, after: 3600 + 601)
        #expect(late.run == nil && late.missedTime == start.addingTimeInterval(3600))
        model.status = ForecastModelStatus()
        model.status?.lastMissedScheduleTime = late.missedTime
        #expect(try need(model, after: 3600 + 602).missedTime == nil)
        #expect(try need(model, after: 3600 + 86_400).run != nil)
    }

    @Test func `Forbid waits for the run that is under way and then makes up for it`() throws {
        let model = scheduled()
        let active = try run("a", of: model, .schedule)
        let waiting = try need(model, runs: [active], after: 3600)
        #expect(waiting.run == nil && waiting.scheduledTime == nil)
        let over = try run("a", of: model, .schedule, phase: .succeeded)
        #expect(try need(model, runs: [over], after: 7200).scheduledTime == start.addingTimeInterval(3600))
    }

    @Test func `a run that waits for what the spec has corrected is replaced, after the new one is made`() throws {
        let wrong = model { $0.spec.source.csv = CSVSource(path: "/wrong.csv") }
        let right = model { $0.spec.source.csv = CSVSource(path: "/right.csv") }
        func waiting(_ reason: String, for model: ForecastModel) throws -> TrainingJob {
            var run = try run(try #require(try need(model, trained: false, after: 0).run).name, of: model, .spec)
            run.metadata.annotations = [TrainingNeed.settingsAnnotation: try TrainingNeed.settings(of: model)]
            run.status?.set(
                Condition(type: ConditionType.trained, status: .unknown, reason: reason, lastTransitionTime: start))
            return run
        }
        let old = try waiting("SourceNotFound", for: wrong)
        #expect(try need(wrong, runs: [old], trained: false, after: 9).outdated.isEmpty, "nothing was corrected")
        let first = try need(right, runs: [old], trained: false, after: 9)
        let made = try #require(first.run)
        #expect(first.outdated == [old] && made.name != old.name)
        // A crash in between: the other is still to go, and nothing more to be made.
        let second = try need(right, runs: [old, made], trained: false, after: 10)
        #expect(second.run == nil && second.outdated == [old])
        for reason in ["Started", "Running", "Retrying"] {
            let busy = try waiting(reason, for: wrong)
            #expect(try need(right, runs: [busy], trained: false, after: 9).outdated.isEmpty, "it is at work")
        }

        // Its pods alone were corrected, which is the same forecast: a run of the same digest under the next name.
        var roomier = wrong
        roomier.spec.training.resources = ResourceRequirements(limits: ResourceList(cpu: try Quantity("1")))
        let third = try need(roomier, runs: [old], trained: false, after: 9)
        #expect(third.outdated == [old] && third.run?.name == "\(old.name)-2")
        let both = [old, try #require(third.run)]
        #expect(try need(roomier, runs: both, trained: false, after: 10).run == nil)
    }

    @Test(arguments: [TrainingNeed.Trigger.schedule, .request])
    func `so is one of the schedule or of a person's request, by another for the same`(
        trigger: TrainingNeed.Trigger
    ) throws {
        let wrong = model { $0.spec.training.image = "registry/wrong:1" }
        let right = model { $0.spec.training.image = "registry/right:1" }
        var old = try run("old", of: wrong, trigger)
        old.metadata.annotations = [TrainingNeed.settingsAnnotation: try TrainingNeed.settings(of: wrong)]
        if trigger == .request { old.metadata.annotations[TrainingNeed.requestAnnotation] = "2023-11-14T22:13:20Z" }
        old.status?.set(
            Condition(type: ConditionType.trained, status: .unknown, reason: "PodPending", lastTransitionTime: start))
        #expect(try need(wrong, runs: [old], after: 9).outdated.isEmpty, "nothing was corrected")
        let first = try need(right, runs: [old], after: 9)
        let made = try #require(first.run)
        #expect(first.outdated == [old] && made.trigger == trigger && made.name != old.name)
        let request = TrainingNeed.requestAnnotation
        #expect(made.metadata.annotations[request] == old.metadata.annotations[request])
        let second = try need(right, runs: [old, made], after: 10)
        #expect(second.run == nil && second.outdated == [old])

        // Where the spec needs a run of its own, that one serves.
        let other = model { $0.spec.horizon = .week }
        let spec = try need(other, runs: [old], trained: false, after: 9)
        #expect(spec.outdated == [old] && spec.run?.trigger == .spec)
        // What somebody made by hand is theirs, and a refresh does not rest on the spec.
        for label in [nil, TrainingNeed.Trigger.refresh.rawValue] {
            var foreign = old
            foreign.metadata.labels[TrainingNeed.triggerLabel] = label
            foreign.metadata.labels[TrainingNeed.specLabel] = nil
            #expect(try need(right, runs: [foreign], after: 9).outdated.isEmpty)
        }
    }

    @Test(arguments: [TrainingSpec.ConcurrencyPolicy.allow, .forbid, .replace])
    func `a run that was made before the status knew is the schedule's, and neither replaced by itself nor missed`(
        policy: TrainingSpec.ConcurrencyPolicy
    ) throws {
        let model = scheduled {
            $0.concurrencyPolicy = policy
            $0.startingDeadlineSeconds = 600
        }
        let name = try #require(try need(model, after: 3600).run?.name)
        for (phase, later) in [(TrainingJobStatus.Phase.running, 3601.0), (.running, 7200), (.succeeded, 7200)] {
            let again = try need(model, runs: [run(name, of: model, .schedule, phase: phase)], after: later)
            #expect(again.replaced.isEmpty && again.missedTime == nil && again.run == nil)
            #expect(again.scheduledTime == start.addingTimeInterval(3600))
        }
    }

    @Test func `Allow makes another, Replace deletes the last first`() throws {
        let allow = scheduled { $0.concurrencyPolicy = .allow }
        let queued = try need(allow, runs: [run("a", of: allow, .schedule)], after: 3600)
        #expect(queued.run != nil && queued.replaced.isEmpty)
        let replace = scheduled { $0.concurrencyPolicy = .replace }
        let replaced = try need(
            replace, runs: [run("a", of: replace, .schedule), run("b", of: replace, .request)], after: 3600)
        #expect(replaced.run != nil)
        #expect(replaced.replaced.map(\.name) == ["a"], "what a person asked for is not deleted")
    }

    @Test func `the annotation asks for one run, at its time, even of a suspended model`() throws {
        var model = model {
            $0.spec.training.suspend = true
            $0.metadata.annotations[TrainingNeed.requestAnnotation] = "2026-03-02T02:10:00Z"
        }
        let early = try need(model, after: 599)
        #expect(early.run == nil && early.lookAgain == start.addingTimeInterval(600))
        let due = try need(model, after: 600)
        #expect(due.run?.trigger == .request && due.answeredRequest == "2026-03-02T02:10:00Z")
        #expect(due.run?.metadata.annotations[TrainingNeed.requestAnnotation] == "2026-03-02T02:10:00Z")
        let made = try #require(due.run)
        #expect(try need(model, runs: [made], after: 601).run == nil)
        model.status = ForecastModelStatus()
        model.status?.retrainedAt = "2026-03-02T02:10:00Z"
        #expect(try need(model, after: 601).run == nil)
    }

    @Test func `an annotation that is no time asks for nothing and is named`() throws {
        let model = model { $0.metadata.annotations[TrainingNeed.requestAnnotation] = "now" }
        let need = try need(model, after: 0)
        #expect(need.run == nil && need.invalidRequest == "now")
    }

    @Test func `a suspended model starts nothing by itself`() throws {
        let model = scheduled { $0.suspend = true }
        #expect(try need(model, trained: false, after: 7200).run == nil)
    }

    @Test func `retries are numbered on where older failures are gone`() throws {
        let model = model()
        let digest = try TrainingNeed.digest(of: model)
        let failed = try run("web-\(digest)-4", of: model, .spec, phase: .failed)
        let due = try need(model, runs: [failed], trained: false, after: TrainingNeed.retryDelay(afterFailures: 4))
        #expect(due.run?.name == "web-\(digest)-5")
    }

    @Test func `a spec that comes back is trained again, once, and tried again where that fails`() throws {
        let model = model()
        let digest = try TrainingNeed.digest(of: model)
        let published = Int64(start.timeIntervalSince1970) + 1000
        func need(_ runs: [TrainingJob], taken: Set<String> = [], after seconds: TimeInterval) throws -> TrainingNeed {
            try TrainingNeed(
                model: model,
                facts: .init(
                    runs: runs, newest: .init(spec: "another", published: published), takenNames: taken),
                now: start.addingTimeInterval(seconds))
        }
        func made(_ name: String, at seconds: TimeInterval, _ phase: TrainingJobStatus.Phase) throws -> TrainingJob {
            var run = try run(name, of: model, .spec, phase: phase)
            run.metadata.creationTimestamp = Timestamp(start.addingTimeInterval(seconds))
            run.status?.completionTime = start.addingTimeInterval(seconds + 60)
            return run
        }
        let first = try made("web-\(digest)", at: 0, .succeeded)
        #expect(try need([first], after: 1100).run?.name == "web-\(digest)-2")
        // Its version holds the name, though the run is gone.
        #expect(try need([], taken: [first.name], after: 1100).run?.name == "web-\(digest)-2")
        let waiting = try made("web-\(digest)-2", at: 900, .pending)
        #expect(try need([first, waiting], after: 1100).run == nil)
        let waited = try made("web-\(digest)-2", at: 990, .succeeded)
        #expect(try need([first, waited], after: 1100).run == nil, "its version is not seen yet")
        let failed = try made("web-\(digest)-2", at: 1100, .failed)
        let early = try need([first, failed], after: 1200)
        #expect(early.run == nil && early.lookAgain != nil)
        #expect(try need([first, failed], after: 1160 + 1200).run?.name == "web-\(digest)-3")
        let done = try made("web-\(digest)-2", at: 1100, .succeeded)
        #expect(try need([first, done], after: 9000).run == nil, "superseded, or damaged: that is left to people")
    }

    @Test func `what serves is refreshed once after a newer history did not change it`() throws {
        let model = model()
        let due = try need(model, refreshAfter: "x-artifact", after: 0)
        let made = try #require(due.run)
        #expect(made.spec.refresh == true && made.spec.algorithm == nil && made.trigger == .refresh)
        #expect(try need(model, runs: [made], refreshAfter: "x-artifact", after: 1).run == nil)
    }
}
