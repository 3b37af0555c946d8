import Autoscaler
import Foundation
import KubernetesClient
import Testing

@testable import Operator

/// What happens in the tests of faults in templates: a template makes models for two Deployments, each is trained and
/// applied; one Deployment stops to match and another begins, the template changes, and somebody changes one of its
/// models; then the template goes.
enum TemplateStory {
    static let name = "team"

    static func beginning(in namespace: String) -> [JSONValue] {
        [
            Story.deployment("api", labels: ["tier": "web"], in: namespace),
            Story.deployment("db", labels: ["tier": "data"], in: namespace),
            Story.deployment("shop", labels: ["tier": "web"], in: namespace),
            Story.model(
                name,
                spec: [
                    "targetSelector": ["matchLabels": ["tier": "web"]],
                    "source": ["csv": ["path": "/$(target).csv", "recorded": true]],
                ], in: namespace),
        ]
    }

    /// What must never be seen, whatever happened; empty where all is well.
    static func violations(_ commits: CommitLog) -> [String] {
        var result = commits.violations(runs: 3, mayEnd: true)
        for (name, events) in commits.byName("forecastmodels") where name != Self.name {
            let changes = events.map(\.change)
            if !["team-api", "team-db", "team-shop"].contains(name) { result.append("\(name) was made") }
            if changes.count(where: { $0 == .added }) != 1 { result.append("\(name) was made more than once") }
            if changes.count(where: { $0 == .deleted }) != 1 { result.append("\(name) was not deleted once") }
            // The template's value goes forward; nobody else writes it.
            let asked = events.compactMap { $0.object["spec", "promotion", "minimumImprovement"]?.doubleValue }
            if asked != asked.sorted() { result.append("an older spec was written to \(name) again: \(asked)") }
        }
        return result
    }
}

extension FaultBench {
    /// Plays the template's story to its end.
    ///
    /// - Parameters:
    ///   - between: what is waited for before the changes.
    ///   - last: what is waited for before the template goes.
    func playTemplate(between: () async throws -> Void = {}, last: () async throws -> Void = {}) async throws {
        startOthers()
        try await templateConverges(to: ["api", "shop"], minimumImprovement: 0)
        try await between()
        let left = try await containers(of: "api")
        try await patch(Deployment.definition, "api", ["metadata": ["labels": ["tier": .null]]])
        try await patch(Deployment.definition, "db", ["metadata": ["labels": ["tier": "web"]]])
        try await patch(
            ForecastModel.definition, TemplateStory.name, ["spec": ["promotion": ["minimumImprovement": 5]]])
        // What the template says is put back, what it leaves open stays.
        try await patch(
            ForecastModel.definition, "team-shop",
            ["spec": ["scaling": ["tolerancePercent": 50], "promotion": ["rejectedVersion": 7]]])
        try await templateConverges(to: ["db", "shop"], minimumImprovement: 5)
        let shop = try await others.get(ForecastModel.self, "team-shop", namespace: namespace)
        #expect(shop.spec.promotion.rejectedVersion == 7)
        try await last()

        var sizes = ["api": left]
        for name in ["db", "shop"] { sizes[name] = try await containers(of: name) }
        try await wait("the template's deletion") {
            do {
                try await others.delete(
                    ForecastModel.self, TemplateStory.name, namespace: namespace,
                    options: DeleteOptions(propagation: .background))
            } catch let error as KubernetesError where error.isNotFound {}
        }
        try await settle("the end of the template") {
            let models = try await others.list(ForecastModel.self, namespace: namespace).items.map(\.name)
            var left = models.isEmpty ? [] : ["the end of \(models)"]
            // Of a Deployment that was not seen to be ours when its model went, a moment later.
            for name in sizes.keys where try await !isReleased(name) { left.append("\(name) given back") }
            return left
        }
        await rest()
        for (name, values) in sizes {
            #expect(try await containers(of: name) == values, "the values of \(name) stay")
        }
    }

    /// Waits until these Deployments have models of the template, trained and applied, and the others none.
    private func templateConverges(to targets: [String], minimumImprovement: Double) async throws {
        try await settle("the models of \(targets)") {
            let models = try await others.list(ForecastModel.self, namespace: namespace).items
            var left: [String] = []
            let wanted = [TemplateStory.name] + targets.map { "\(TemplateStory.name)-\($0)" }
            if models.map(\.name).sorted() != wanted { left.append("\(wanted), not \(models.map(\.name))") }
            for model in models where model.name != TemplateStory.name {
                if model.status?.production?.version != 1 { left.append("a version of \(model.name)") }
                if model.spec.scaling.tolerancePercent != 10
                    || model.spec.promotion.minimumImprovement != minimumImprovement
                {
                    left.append("the template's spec in \(model.name)")
                }
                left += try await unsized(by: model, level: 0.5)
            }
            let template = models.first { $0.name == TemplateStory.name }?.status
            if template?.template != TemplateStatus(matched: 2, models: 2, ready: 2) {
                left.append("the template's count, not \(String(describing: template?.template))")
            }
            if template?.conditions?["Ready"]?.reason != "Template" { left.append("the template's Ready") }
            for name in ["api", "db"] where !targets.contains(name) {
                if try await !isReleased(name) { left.append("\(name) given back") }
            }
            return left
        }
    }

    private func containers(of name: String) async throws -> [JSONValue] {
        try await wait("Deployment \(name)") {
            try await others.get(Deployment.self, name, namespace: namespace).containers
        }
    }

    private func isReleased(_ name: String) async throws -> Bool {
        try await wait("Deployment \(name)") {
            let deployment = try await others.get(Deployment.self, name, namespace: namespace)
            return Self.ownFields(of: try deployment.jsonValue()).isEmpty
        }
    }

    /// Patches, again where the server was down.
    private func patch(_ definition: ResourceDefinition, _ name: String, _ change: JSONValue) async throws {
        try await wait("a patch of \(name)") {
            _ = try await others.patch(
                KubernetesObject.self, name, namespace: namespace, .merge(change),
                options: WriteOptions(fieldManager: "kubectl-patch"), definition: definition)
        }
    }
}
