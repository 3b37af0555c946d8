import Autoscaler
import Foundation
import KubernetesClient
import Operator
import Testing

extension ClusterStory {
    /// A template for all Deployments of the namespace, from its first model to its end.
    ///
    /// - Returns: the template when its model serves.
    func tryTemplate() async throws -> ForecastModel {
        let history = try await client.get(ConfigMap.self, "history", namespace: namespace)
        var map = ConfigMap(metadata: ObjectMeta(name: "cart-history", namespace: namespace))
        map.data = history.data
        _ = try await client.create(map)
        try await createCart()
        try await createTemplate()
        try await wait("the template's model to serve") {
            let status = try await client.find(ForecastModel.self, "team-cart", namespace: namespace)?.status
            return status?.production != nil && status?.conditions?.isTrue("Scaled") == true ? true : nil
        }
        let template = try await wait("the template to say so") {
            let template = try await client.get(ForecastModel.self, "team", namespace: namespace)
            return template.status?.template?.ready == 1 ? template : nil
        }
        try await show("a template has made a model for the Deployment that had none")

        // What the template says is put back.
        _ = try await client.patch(
            ForecastModel.self, "team-cart", namespace: namespace, .merge(["spec": ["scaling": ["mode": "Off"]]]))
        try await wait("the template's mode") {
            let model = try await client.get(ForecastModel.self, "team-cart", namespace: namespace)
            return model.spec.scaling.mode == .apply ? true : nil
        }
        try await keepVersions()
        try await orphan()
        try await client.delete(ConfigMap.self, "cart-history", namespace: namespace)
        return template
    }

    /// With the Deployment goes its model, by the operator's hand. The versions stay where the template says so, and serve the next
    /// model of the name.
    private func keepVersions() async throws {
        _ = try await client.patch(
            ForecastModel.self, "team", namespace: namespace, .merge(["spec": ["deletionPolicy": "Retain"]]))
        let version = try await wait("a version that is nobody's") { () -> ConfigMap? in
            let status = try await client.get(ForecastModel.self, "team-cart", namespace: namespace).status
            let name = status?.production?.artifact ?? ""
            let manifest = try await client.get(ConfigMap.self, name, namespace: namespace)
            return manifest.metadata.ownerReferences.isEmpty ? manifest : nil
        }
        let before = try await client.get(ForecastModel.self, "team-cart", namespace: namespace)
        try await client.delete(Deployment.self, "cart", namespace: namespace)
        try await wait("the end of the template's model") { () -> Bool? in
            try await client.find(ForecastModel.self, "team-cart", namespace: namespace) == nil ? true : nil
        }
        try await createCart()
        let after = try await wait("the model that takes the versions over") {
            let model = try await client.find(ForecastModel.self, "team-cart", namespace: namespace)
            return model?.status?.production != nil && model?.status?.conditions?.isTrue("Scaled") == true ? model : nil
        }
        #expect(after.metadata.uid != before.metadata.uid)
        #expect(after.status?.production?.version == before.status?.production?.version)
        #expect(after.status?.production?.artifact == version.metadata.name)
    }

    /// A template that is deleted with `--cascade=orphan` leaves its models, which are a person's own from then on: nobody puts
    /// anything back, and they go before the next template.
    private func orphan() async throws {
        try await client.delete(
            ForecastModel.self, "team", namespace: namespace, options: DeleteOptions(propagation: .orphan))
        try await wait("the end of the template") { () -> Bool? in
            try await client.find(ForecastModel.self, "team", namespace: namespace) == nil ? true : nil
        }
        let left = try await client.get(ForecastModel.self, "team-cart", namespace: namespace)
        #expect(left.metadata.ownerReferences.isEmpty && !left.metadata.isBeingDeleted)
        _ = try await client.patch(
            ForecastModel.self, "team-cart", namespace: namespace,
            .merge(["spec": ["scaling": ["mode": "Recommend"], "deletionPolicy": "Delete"]]))
        try await createTemplate()
        let template = try await wait("the next template to say whose the Deployment is") {
            let template = try await client.get(ForecastModel.self, "team", namespace: namespace)
            return template.status?.template?.matched == 2 ? template : nil
        }
        #expect(template.status?.template?.models == 0)
        #expect(
            template.status?.template?.skipped?.contains(
                SkippedTarget(name: "cart", reason: .hasOwnModel, model: "team-cart")) == true)
        let own = try await client.get(ForecastModel.self, "team-cart", namespace: namespace)
        #expect(own.metadata.uid == left.metadata.uid && own.spec.scaling.mode == .recommend)
        for name in ["team", "team-cart"] {
            try await client.delete(ForecastModel.self, name, namespace: namespace)
        }
        try await client.delete(Deployment.self, "cart", namespace: namespace)
    }

    private func createCart() async throws {
        try await createIfMissing([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "cart", "namespace": .string(namespace)],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": ["app": "cart"]],
                "template": [
                    "metadata": ["labels": ["app": "cart"]],
                    "spec": ["containers": [["name": "app", "image": "registry.k8s.io/pause:3.10"]]],
                ],
            ],
        ])
    }

    private func createTemplate() async throws {
        try await createIfMissing([
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": "team", "namespace": .string(namespace)],
            "spec": [
                "targetSelector": [:], "algorithm": ["name": "SeasonalNaive"],
                "source": [
                    "csv": ["configMap": ["name": "$(target)-history", "key": "history.csv"], "recorded": true]
                ],
                "scaling": ["mode": "Apply"],
            ],
        ])
    }
}
