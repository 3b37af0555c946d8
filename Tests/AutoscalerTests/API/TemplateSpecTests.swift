import Autoscaler
import ForecastEngine
import Foundation
import Testing

/// Specs with `targetSelector`.
struct TemplateSpecTests {
    private func model(_ json: String) throws -> ForecastModelSpec {
        try JSONDecoder().decode(ForecastModelSpec.self, from: Data(json.utf8))
    }

    /// A template with more fields.
    private func template(_ fields: String) throws -> ForecastModelSpec {
        try model(#"{"targetSelector": {"matchLabels": {"tier": "web"}}, \#(fields)}"#)
    }

    @Test func `an instance is the template's spec with a target and its name`() throws {
        var spec = try template(
            #"""
            "source": {"prometheus": {"url": "http://p/$(target)", "matchLabels": {"app": "$(target)"},
                "cpuQuery": "rate(cpu{deployment=\"$(target)\"}[5m])"}},
            "output": {"s3": {"bucket": "b", "key": "out/$(target)/$(target).csv"}}, "horizon": "Week"
            """#)
        spec.training.schedule = "0 3 * * *"
        #expect(spec.validate() == [])
        let instance = try spec.instance(for: "a.b-c")
        #expect(instance.targetRef == TargetReference(name: "a.b-c") && instance.targetSelector == nil)
        #expect(instance.source.prometheus?.cpuQuery == #"rate(cpu{deployment="a.b-c"}[5m])"#)
        #expect(instance.source.prometheus?.matchLabels == ["app": "a.b-c"])
        #expect(instance.source.prometheus?.url == "http://p/a.b-c")
        #expect(instance.output?.s3?.key == "out/a.b-c/a.b-c.csv")
        #expect(instance.horizon == .week && instance.training == spec.training)
        #expect(instance.algorithmName == .auto && spec.algorithmName == .auto)
        #expect(instance.validate() == [])
    }

    @Test(arguments: [
        #""source": {"prometheus": {"url": "http://p"}}, "scaling": {"mode": "Apply"}"#,
        #""source": {"csv": {"configMap": {"name": "$(target)-history", "key": "history.csv"}}}"#,
        #""source": {"csv": {"configMap": {"name": "history", "key": "$(target).csv"}}}"#,
        #""source": {"csv": {"s3": {"bucket": "b", "key": "$(target).csv"}}}"#,
        #""source": {"postgresql": {"host": "h", "database": "d", "query": "SELECT $(target)"}}"#,
        #""source": {"csv": {"path": "$(target)"}}, "output": {"postgresql": {"host": "h", "database": "d"}}"#,
    ])
    func `a template that keeps its models apart is accepted`(fields: String) throws {
        #expect(try template(fields).validate() == [])
    }

    @Test(arguments: [
        (#""source": {"csv": {"path": "a.csv"}}"#, "spec.source.csv.path: is the same for every Deployment"),
        (#""source": {"csv": {"url": "http://a"}}"#, "spec.source.csv.url: is the same"),
        (#""source": {"csv": {"s3": {"bucket": "b", "key": "k"}}}"#, "spec.source.csv.s3.key: is the same"),
        (
            #""source": {"csv": {"configMap": {"name": "a", "key": "b"}}}"#,
            "spec.source.csv.configMap.name: is the same"
        ),
        (
            #""source": {"prometheus": {"url": "http://p", "memoryQuery": "m"}}"#,
            "spec.source.prometheus.memoryQuery: is the same"
        ),
        (
            #""source": {"postgresql": {"host": "h", "database": "d", "query": "q"}}"#,
            "spec.source.postgresql.query: is the same"
        ),
        (
            #""source": {"prometheus": {"url": "http://p"}}, "output": {"s3": {"bucket": "b", "key": "k"}}"#,
            "spec.output.s3.key: is the same"
        ),
        (
            #""source": {"prometheus": {"url": "http://p"}}, "output": {"csv": {"path": "/k"}}"#,
            "spec.output.csv.path: is the same"
        ),
        (
            #""source": {"csv": {"path": "$(target)/$(namespace)"}}"#,
            "spec.source: $(namespace) is unknown: $(target), the Deployment's name, is the one variable"
        ),
        (
            #""source": {"prometheus": {"url": "http://p"}}, "promotion": {"rejectedVersion": 2}"#,
            "spec.promotion.rejectedVersion: each model counts its own versions"
        ),
        (
            #""source": {"prometheus": {"url": "http://p"}}, "targetRef": {"name": "a"}"#,
            "spec.targetSelector: targetRef and targetSelector exclude each other"
        ),
        (#""source": {"prometheus": {"url": "p"}}"#, "spec.source.prometheus.url: “p” is no address"),
    ])
    func `a mistake is told with its field`(fields: String, said: String) throws {
        let mistakes = try template(fields).validate().map(\.description)
        #expect(mistakes.count == 1 && mistakes[0].hasPrefix(said), "\(mistakes)")
    }

    @Test func `what has no effect in the models has none in their template`() throws {
        let spec = try template(
            #""source": {"prometheus": {"url": "http://p"}}, "algorithm": {"name": "Theta", "growth": "flat"}"#)
        #expect(spec.withoutEffect.count == 1)
        #expect(spec.withoutEffect == (try spec.instance(for: "a").withoutEffect))
        let windows = try template(
            #""source": {"prometheus": {"url": "http://p"}}, "scaling": {"containers": [{"name": "a"}]}"#)
        #expect(windows.withoutEffect == [])
    }
}

struct LabelSelectorTests {
    /// As `labels.Selector.Matches` of k8s.io/apimachinery has it.
    @Test(arguments: [
        (LabelRequirement(key: "tier", operator: "In", values: ["web", "api"]), true, false, false),
        (LabelRequirement(key: "tier", operator: "NotIn", values: ["web"]), false, true, true),
        (LabelRequirement(key: "tier", operator: "Exists"), true, true, false),
        (LabelRequirement(key: "tier", operator: "DoesNotExist"), false, false, true),
        (LabelRequirement(key: "tier", operator: "Gt", values: ["1"]), false, false, false),
    ])
    func `a requirement holds as in Kubernetes`(
        requirement: LabelRequirement, ofWeb: Bool, ofOther: Bool, ofNone: Bool
    ) {
        var selector = LabelSelector()
        selector.matchExpressions = [requirement]
        #expect(selector.matches(["tier": "web"]) == ofWeb)
        #expect(selector.matches(["tier": "other"]) == ofOther)
        #expect(selector.matches([:]) == ofNone)
    }

    @Test func `all that is asked for must hold, and nothing asked for matches everything`() {
        #expect(LabelSelector().matches([:]) && LabelSelector().matches(["a": "b"]))
        var selector = LabelSelector(matchLabels: ["a": "1", "b": "2"])
        #expect(selector.matches(["a": "1", "b": "2", "c": "3"]))
        #expect(!selector.matches(["a": "1"]) && !selector.matches(["a": "1", "b": "3"]))
        selector.matchExpressions = [LabelRequirement(key: "c", operator: "Exists")]
        #expect(!selector.matches(["a": "1", "b": "2"]))
    }

    @Test(arguments: [
        (LabelRequirement(key: "a", operator: "In"), "spec.targetSelector.matchExpressions[0].values: In needs"),
        (
            LabelRequirement(key: "a", operator: "Exists", values: ["b"]),
            "spec.targetSelector.matchExpressions[0].values: Exists looks at no value"
        ),
        (
            LabelRequirement(key: "a", operator: "Lt", values: ["b"]),
            "spec.targetSelector.matchExpressions[0].operator: “Lt” is unknown"
        ),
    ])
    func `a wrong requirement is told with its field`(requirement: LabelRequirement, said: String) {
        var spec = ForecastModelSpec(source: SourceSpec(prometheus: PrometheusSource(url: "http://p")))
        spec.targetSelector = LabelSelector()
        spec.targetSelector?.matchExpressions = [requirement]
        let mistakes = spec.validate().map(\.description)
        #expect(mistakes.count == 1 && mistakes[0].hasPrefix(said), "\(mistakes)")
    }
}
