import Testing

@testable import presage

/// Plans of templates, which are those of the models that they make.
struct PlanTemplateTests {
    private static let template = PlanFolder.model
        .replacing("targetRef:\n    name: checkout", with: "targetSelector: {matchLabels: {tier: web}}")
        .replacing("name: checkout", with: "name: team").replacing("path: usage.csv", with: "path: $(target).csv")

    private static func deployment(_ name: String, tier: String) -> String {
        PlanFolder.deployment(name: name)
            .replacing("metadata:\n  name: \(name)\n", with: "metadata:\n  name: \(name)\n  labels: {tier: \(tier)}\n")
    }

    private func folder(_ manifests: String...) throws -> PlanFolder {
        let folder = try PlanFolder.usual(
            model: manifests.joined(separator: "\n---\n"), deployment: Self.deployment("checkout", tier: "web"))
        try folder.write(Self.deployment("cart", tier: "web"), as: "cart.yaml")
        try folder.write(Self.deployment("db", tier: "data"), as: "db.yaml")
        for name in ["checkout", "cart"] { try folder.write(PlanFolder.history(), as: "\(name).csv") }
        return folder
    }

    @Test func `each Deployment that a template matches is planned by its own history`() async throws {
        let folder = try folder(Self.template)
        let plans = try await plan(folder)
        #expect(plans.map(\.name).sorted() == ["team-cart", "team-checkout"])
        #expect(plans.compactMap(\.target).sorted() == ["cart", "checkout"])
        #expect(plans.allSatisfy { $0.wouldChange && $0.reason == "WouldChange" })
    }

    @Test func `a model of its own goes before a template`() async throws {
        let own = PlanFolder.model.replacing("path: usage.csv", with: "path: checkout.csv")
        #expect(try await plan(folder(Self.template, own)).map(\.name).sorted() == ["checkout", "team-cart"])
    }

    @Test func `what is wrong with a template is told with its place`() async throws {
        for (wrong, right, said) in [
            (
                "tier: web", "tier: none",
                "spec.targetSelector: no Deployment of namespace default among the manifests matches"
            ),
            ("$(target).csv", "usage.csv", "spec.source.csv.path: is the same for every Deployment"),
        ] {
            let text = Self.template.replacing(wrong, with: right)
            #expect(text != Self.template)
            let error = try #require(await #expect(throws: PlanError.self) { try await plan(folder(text)) })
            #expect(error.description.contains(said) && error.place.contains("model.yaml"), "\(error)")
        }
    }

    @Test func `two templates for one Deployment are refused, for manifests have no age`() async throws {
        let other = Self.template.replacing("name: team", with: "name: other")
        let error = try #require(
            await #expect(throws: PlanError.self) { try await plan(folder(Self.template, other)) })
        #expect(error.description.contains("both scale Deployment"), "\(error)")
    }
}
