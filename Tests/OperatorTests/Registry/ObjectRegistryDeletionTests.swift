import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Playground
import TestServers
import Testing

@testable import Operator

/// A deleted model and its objects.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto is not installed"))
struct ObjectRegistryDeletionTests {
    @Test func `a deleted model waits for its store, takes its objects along, and Retain keeps them`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel(["deletionPolicy": "Retain"])
            try await harness.trainFirst()
            let kept = try await bench.settled()
            let held = try await harness.model { _ in true }
            #expect(!held.metadata.finalizers.contains(ForecastModelReconciler.registryFinalizer))
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys() == kept)

            // A model of the same name takes them over, and takes them along when it goes.
            var spec = ObjectRegistryBench.general
            spec["registry"] = bench.registry
            try await harness.createModel(spec: spec)
            _ = try await harness.model {
                $0.status?.production?.version == 1
                    && $0.metadata.finalizers.contains(ForecastModelReconciler.registryFinalizer)
            }
            bench.gate.set(open: false)
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await Task.sleep(for: .seconds(2))
            #expect(try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") != nil)
            #expect(try await bench.keys() == kept)
            bench.gate.set(open: true)
            try await harness.wait("the end of the second model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            #expect(try await bench.keys().isEmpty)
        }
    }

    @Test func `a model whose Secret went first is let go, and an Event says what is left where`() async throws {
        try await ObjectRegistryBench.with { bench in
            let harness = bench.harness
            try await bench.createModel()
            try await harness.trainFirst()
            try await harness.client.delete(Secret.self, "store", namespace: "demo")
            try await harness.client.delete(ForecastModel.self, "shop", namespace: "demo")
            try await harness.wait("the end of the model") {
                try await harness.client.find(ForecastModel.self, "shop", namespace: "demo") == nil ? true : nil
            }
            try await harness.wait("the Event") {
                try await harness.client.list(Event.self, namespace: "demo").items
                    .contains {
                        let text = $0["note"]?.stringValue ?? $0["message"]?.stringValue ?? ""
                        return $0["reason"]?.stringValue == "ObjectsLeft"
                            && text.contains("s3://history/models/test/demo/shop/")
                    } ? true : nil
            }
        }
    }
}
