import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

/// Which models a template is to have.
struct TemplatePlanTests {
    private func deployment(_ name: String, tier: String? = "web") -> Deployment {
        var metadata = ObjectMeta(name: name, namespace: "demo")
        if let tier { metadata.labels = ["tier": tier] }
        return Deployment(metadata: metadata)
    }

    private func model(_ name: String, created: Int64 = 0, target: String? = nil, of template: ForecastModel? = nil)
        -> ForecastModel
    {
        var spec = ForecastModelSpec(source: SourceSpec())
        spec.targetRef = target.map { TargetReference(name: $0) }
        var model = ForecastModel(metadata: ObjectMeta(name: name, namespace: "demo", uid: "uid-\(name)"), spec: spec)
        model.metadata.creationTimestamp = Timestamp(seconds: created)
        if let template { model.metadata.ownerReferences = [Labels.owner(template)] }
        return model
    }

    private func template(_ name: String, created: Int64 = 0) -> ForecastModel {
        var template = model(name, created: created)
        template.spec.targetSelector = LabelSelector(matchLabels: ["tier": "web"])
        return template
    }

    private func plan(
        _ template: ForecastModel, _ deployments: [Deployment], models: [ForecastModel] = [],
        unreadable: [ForecastModel] = []
    ) -> TemplatePlan {
        let readable = models + [template], all = readable + unreadable
        return TemplatePlan(
            of: template,
            in: .init(
                deployments: deployments, templates: readable.filter(\.spec.isTemplate),
                models: { target in all.filter { $0.spec.targetRef?.name == target } },
                model: { name in all.first { $0.name == name } }))
    }

    @Test func `each Deployment that matches has a model`() {
        let plan = plan(template("team"), [deployment("b"), deployment("a"), deployment("c", tier: "db")])
        #expect(plan.instances.map(\.model) == ["team-a", "team-b"] && plan.instances.map(\.target) == ["a", "b"])
        #expect(plan.matched == 2 && plan.skipped.isEmpty)
    }

    @Test func `a Deployment that is being deleted has none`() {
        var going = deployment("a")
        going.metadata.deletionTimestamp = Timestamp(seconds: 1)
        #expect(plan(template("team"), [going]).matched == 0)
    }

    @Test func `the models that there are stay`() {
        let team = template("team")
        let plan = plan(team, [deployment("a")], models: [model("team-a", created: 9, target: "a", of: team)])
        #expect(plan.instances.map(\.model) == ["team-a"])
    }

    @Test func `a person's own model goes before, whatever its age and mode`() {
        let own = model("mine", created: 99, target: "a")
        let team = template("team")
        let made = model("team-a", target: "a", of: team)
        for models in [[own], [own, made]] {
            let plan = plan(team, [deployment("a"), deployment("b")], models: models)
            #expect(plan.instances.map(\.model) == ["team-b"])
            #expect(plan.skipped == [SkippedTarget(name: "a", reason: .hasOwnModel, model: "mine")])
        }
        #expect(plan(team, [deployment("a")], unreadable: [own]).skipped.map(\.reason) == [.hasOwnModel])
    }

    @Test func `a model that somebody else's object owns is that one's own`() {
        var owned = model("x", target: "a")
        owned.metadata.ownerReferences = [
            OwnerReference(apiVersion: "apps/v1", kind: "Deployment", name: "a", uid: "u", controller: true)
        ]
        #expect(plan(template("team"), [deployment("a")], models: [owned]).skipped.map(\.reason) == [.hasOwnModel])
    }

    @Test func `of two templates the older makes the model, also where the younger has made one`() {
        let old = template("z", created: 1), young = template("a", created: 2)
        let made = model("a-web", target: "web", of: young)
        #expect(plan(old, [deployment("web")], models: [young, made]).instances.map(\.model) == ["z-web"])
        let left = plan(young, [deployment("web")], models: [old, made])
        #expect(left.instances.isEmpty)
        #expect(left.skipped == [SkippedTarget(name: "web", reason: .otherTemplate, model: "z")])
        var going = old
        going.metadata.deletionTimestamp = Timestamp(seconds: 3)
        #expect(plan(young, [deployment("web")], models: [going]).instances.map(\.model) == ["a-web"])
    }

    @Test func `what a template has made that cannot be read stays its own`() {
        var broken = template("z", created: 1)
        let made = model("z-web", target: "web", of: broken)
        broken.spec.targetSelector = nil
        let team = template("team", created: 2)
        let left = plan(team, [deployment("web")], models: [made], unreadable: [broken])
        #expect(left.skipped == [SkippedTarget(name: "web", reason: .otherTemplate, model: "z")])
        // Of one that is gone the model goes as well.
        #expect(plan(team, [deployment("web")], models: [made]).instances.map(\.model) == ["team-web"])
    }

    @Test func `a name that is taken is not taken over`() {
        let plan = plan(template("team"), [deployment("a")], models: [model("team-a", target: "other")])
        #expect(plan.skipped == [SkippedTarget(name: "a", reason: .nameTaken, model: "team-a")])
    }

    @Test func `names are never too long, nor the same`() {
        let long = String(repeating: "a", count: 250)
        let names = plan(template("team"), [deployment(long + "a"), deployment(long + "b"), deployment(long + ".b")])
            .instances.map(\.model)
        #expect(Set(names).count == 3 && names.allSatisfy { $0.utf8.count <= 253 && $0.last?.isPunctuation == false })
    }
}
