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
        // With the Deployment goes its model, by the operator's hand; the template goes by itself.
        try await client.delete(Deployment.self, "cart", namespace: namespace)
        try await wait("the end of the template's model") { () -> Bool? in
            try await client.find(ForecastModel.self, "team-cart", namespace: namespace) == nil ? true : nil
        }
        try await client.delete(ForecastModel.self, "team", namespace: namespace)
        try await client.delete(ConfigMap.self, "cart-history", namespace: namespace)
        return template
    }
}
