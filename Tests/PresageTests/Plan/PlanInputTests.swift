import ArgumentParser
import Foundation
import Testing

@testable import presage

/// Every kind of bad input ends in one error that names the thing and says what to do.
struct PlanInputTests {
    private func failure(_ folder: PlanFolder, history: String? = nil, only: [String] = []) async -> PlanError? {
        do {
            _ = try await plan(folder, history: history, only: only)
            return nil
        } catch {
            return error as? PlanError
        }
    }

    @Test(arguments: [
        (
            "csv:\n      path: usage.csv", "csv: {path: usage.csv}\n    prometheus: {url: \"http://p\"}",
            "spec.source: 2 sources are named"
        ),
        ("csv:\n      path: usage.csv", "{}", "spec.source: name one source"),
        ("path: usage.csv", "path: usage.csv\n      url: http://x", "keep exactly one"),
        ("path: usage.csv", "recorded: true", "say where the table is"),
        ("path: usage.csv", "path: usage.csv\n      colums: {}", "spec.source.csv.colums: unknown field"),
        ("name: SeasonalNaive", "name: Magic", "spec.algorithm.name: 'Magic' is none of Auto, Prophet, Naive"),
        ("name: SeasonalNaive", "changepointPriorScale: -1", "spec.algorithm.changepointPriorScale: must be above 0"),
        ("name: SeasonalNaive", "weeklySeasonality: sometimes", "sometimes"),
        ("  algorithm:\n    name: SeasonalNaive", "  horizon: Year", "spec.horizon"),
        ("  algorithm:\n    name: SeasonalNaive", "  horizont: Day", "spec.horizont: unknown field"),
        ("  algorithm:\n    name: SeasonalNaive", "  scaling: {cooldown: soon}", "soon"),
        ("  algorithm:\n    name: SeasonalNaive", "  scaling: {quantile: 1}", "spec.scaling.quantile"),
        ("  algorithm:\n    name: SeasonalNaive", "  training: {schedule: \"61 * * * *\"}", "spec.training.schedule"),
        ("  algorithm:\n    name: SeasonalNaive", "  training: {parallelism: many}", "spec.training.parallelism"),
        (
            "  algorithm:\n    name: SeasonalNaive",
            "  scaling: {containers: [{name: app, minAllowed: {cpu: 2}, maxAllowed: {cpu: 1}}]}",
            "is above maxAllowed (1)"
        ),
        (
            "  algorithm:\n    name: SeasonalNaive",
            "  scaling: {containers: [{name: app, minAllowed: {cpu: 2cores}}]}",
            "2cores"
        ),
        ("targetRef:\n    name: checkout", "targetRef:\n    name: shop", "there is no Deployment default/shop"),
        (
            "targetRef:\n    name: checkout", "targetRef:\n    kind: StatefulSet\n    name: checkout",
            "StatefulSet cannot be scaled"
        ),
        ("presage.dev/v1alpha1", "presage.dev/v2", "presage.dev/v2 is not known"),
    ])
    func `a mistake in a model names the field`(wrong: String, with right: String, message: String) async throws {
        let text = PlanFolder.model.replacing(wrong, with: right)
        #expect(text != PlanFolder.model)
        let error = try #require(await failure(PlanFolder.usual(model: text)))
        #expect(error.description.contains(message), "\(error)")
        #expect(error.place.contains("model.yaml"))
    }

    @Test func `all mistakes of a model are told at once`() async throws {
        let text = PlanFolder.model + "\n  speed: 3\n  scaling: {tolerancePercent: 200, colour: red}"
        let error = try #require(await failure(PlanFolder.usual(model: text)))
        for part in ["spec.speed", "spec.scaling.colour", "spec.scaling.tolerancePercent"] {
            #expect(error.message.contains(part))
        }
    }

    @Test func `a target that is not among the manifests lists those that are`() async throws {
        let error = try #require(await failure(PlanFolder.usual(deployment: PlanFolder.deployment(name: "cart"))))
        #expect(error.code == .missingObject)
        #expect(error.message.contains("default/cart"))
    }

    @Test func `manifests without a model say so`() async throws {
        let folder = try PlanFolder()
        try folder.write(PlanFolder.deployment(), as: "deployment.yaml")
        #expect(await failure(folder)?.code == .missingObject)
    }

    @Test func `a model that was asked for and is not there is named`() async throws {
        #expect(await failure(try PlanFolder.usual(), only: ["cart"])?.message.contains("cart") == true)
    }

    @Test func `an object in two files is refused with both places`() async throws {
        let folder = try PlanFolder.usual()
        try folder.write(PlanFolder.deployment(), as: "more/again.yaml")
        let error = try #require(await failure(folder))
        #expect(error.code == .duplicateObject)
        #expect(error.description.contains("again.yaml") && error.description.contains("deployment.yaml"))
    }

    @Test func `two models of one Deployment are refused`() async throws {
        let folder = try PlanFolder.usual()
        try folder.write(
            PlanFolder.model.replacing("  name: checkout\nspec", with: "  name: second\nspec"), as: "second.yaml")
        #expect(await failure(folder)?.message.contains("a Deployment has one model") == true)
    }

    @Test func `what is not YAML is named by file and line`() async throws {
        let folder = try PlanFolder.usual()
        try folder.write("a: 1\nb: [\n", as: "broken.yaml")
        let error = try #require(await failure(folder))
        #expect(error.code == .invalidManifest)
        #expect(error.place.contains("broken.yaml, line"))
    }

    @Test func `a path that does not exist is named`() {
        let error = #expect(throws: PlanError.self) { try ManifestReader().read(["/nowhere/at/all"]) }
        #expect(error?.code == .unreadable)
    }

    @Test func `a resource that cannot be read names container and Deployment`() async throws {
        let error = try #require(await failure(PlanFolder.usual(deployment: PlanFolder.deployment(cpu: "two"))))
        #expect(error.message.contains("container app of Deployment checkout"))
        #expect(error.message.contains("two"))
    }

    @Test(arguments: [
        ("", "empty"),
        ("timestamp,container,cpu,memory\n", "no rows"),
        ("timestamp,container,cpu\n1788220800,app,1\n", "memory"),
        ("timestamp,container,cpu,memory\n1788220800,app,lots,1\n", "lots"),
        ("timestamp,container,cpu,memory\nyesterday,app,1,1\n", "yesterday"),
        ("unique_id,ds,y\nshop,2026-01-01,1\nshop,2026-01-02,2\n", "shop"),
        ("timestamp,container,cpu,memory\n1788220800,app,1,1\n", "history"),
    ])
    func `a history that is no use says why`(text: String, message: String) async throws {
        let folder = try PlanFolder.usual()
        try folder.write(text, as: "usage.csv")
        let error = try #require(await failure(folder))
        #expect(error.description.contains(message), "\(error)")
        #expect(error.description.contains("checkout"))
    }

    @Test func `a history that is not there is named`() async throws {
        #expect(await failure(try PlanFolder.usual(), history: "missing.csv")?.message.contains("missing.csv") == true)
    }

    @Test func `a history of other containers names both sides`() async throws {
        let folder = try PlanFolder.usual()
        try folder.write(PlanFolder.history(container: "web"), as: "usage.csv")
        let error = try #require(await failure(folder))
        #expect(error.code == .noHistory)
        #expect(error.message.contains("web") && error.message.contains("app"))
    }

    @Test(arguments: ["{name: other, key: k}", "{name: usage, key: other}"])
    func `a ConfigMap or key that is not there is named`(reference: String) async throws {
        let folder = try PlanFolder.usual(
            model: PlanFolder.model.replacing("path: usage.csv", with: "configMap: \(reference)"))
        try folder.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: usage}\ndata: {k: v}\n", as: "map.yaml")
        #expect(await failure(folder)?.message.contains("other") == true)
    }

    @Test func `manifests are read from standard input, lists and several documents`() throws {
        let text =
            PlanFolder.model + "\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n"
        let reader = ManifestReader(standardInput: { Array(text.utf8) })
        #expect(try reader.read(["-"]).map(\.kind) == ["ForecastModel", "Deployment"])
    }

    @Test func `the command refuses contradictions before it reads anything`() {
        #expect(throws: (any Error).self) { try PlanCommand.parse([]) }
        #expect(throws: (any Error).self) { try PlanCommand.parse(["a", "-o", "kustomize"]) }
        #expect(throws: (any Error).self) { try PlanCommand.parse(["a", "--out", "b"]) }
        #expect(throws: (any Error).self) { try PlanCommand.parse(["-", "--history", "-"]) }
        #expect(throws: (any Error).self) { try PlanCommand.parse(["a", "--threads", "0"]) }
        #expect(throws: Never.self) { try PlanCommand.parse(["a", "-o", "json"]) }
    }

    @Test func `the exit status tells whether anything would change`() async throws {
        let folder = try PlanFolder.usual()
        var command = try #require(
            try PlanCommand.parse([folder.path, "-o", "kustomize", "--out", "\(folder.path)/.out"]) as PlanCommand?)
        let error = await #expect(throws: (any Error).self) { try await command.run() }
        #expect(PlanCommand.exitCode(for: try #require(error)).rawValue == 2)
        command = try PlanCommand.parse([folder.path, "-o", "kustomize", "--out", "\(folder.path)/.out", "--exit-zero"])
        try await command.run()
    }
}
