import ForecastEngine
import Foundation
import KubernetesClient

/// The objects of the demo: a workload sized by hand, its model, and the challengers.
struct DemoWorkload {
    static let namespace = "demo"

    let name: String
    let history: DemoHistory
    /// Where the operator's trainer pods find the history.
    let file: URL
    /// What the first version is trained with; the challengers come after it.
    let first = "SeasonalNaive"
    let challengers = ["Naive", "Auto"]

    /// The workload as a person would size it who is careful and does not look back: twice the highest use.
    var deployment: JSONValue {
        let containers: [JSONValue] = history.containers.map { container in
            let cpu = Self.round(maximum(of: "\(container)/cpu") * 2, to: 0.5)
            let memory = Self.round(maximum(of: "\(container)/memory") * 2 / 1_073_741_824, to: 0.5)
            return [
                "name": .string(container), "image": "registry.k8s.io/pause:3.10",
                "resources": [
                    "requests": ["cpu": Self.cores(cpu), "memory": Self.gibibytes(memory)],
                    "limits": ["cpu": Self.cores(cpu * 2), "memory": Self.gibibytes(memory * 2)],
                ],
            ]
        }
        let labels: JSONValue = ["app.kubernetes.io/name": .string(name)]
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace), "labels": labels],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": labels],
                "template": ["metadata": ["labels": labels], "spec": ["containers": .array(containers)]],
            ],
        ]
    }

    /// The model that learns the workload, and takes its resources over from whoever wrote them.
    ///
    /// Without cooldown and tolerance, so that each step of a demo of seconds shows.
    var model: JSONValue {
        var spec: JSONObject = [
            "source": ["csv": ["path": .string(file.path), "recorded": true]],
            "algorithm": ["name": .string(first)],
            "horizon": .string(history.holdout > 86_400 ? "Month" : "Day"),
            "training": ["holdout": .string("\(history.holdout)s")],
        ]
        if !history.containers.isEmpty {
            spec["targetRef"] = ["name": .string(name)]
            spec["scaling"] = [
                "mode": "Apply", "conflictPolicy": "TakeOwnership", "cooldown": "0s", "tolerancePercent": 0,
            ]
        }
        return [
            "apiVersion": "presage.dev/v1alpha1", "kind": "ForecastModel",
            "metadata": ["name": .string(name), "namespace": .string(Self.namespace)], "spec": .object(spec),
        ]
    }

    /// A run that puts up another recipe.
    func challenger(_ algorithm: String) -> JSONValue {
        [
            "apiVersion": "presage.dev/v1alpha1", "kind": "TrainingJob",
            "metadata": [
                "name": .string("\(name)-\(algorithm.lowercased())"), "namespace": .string(Self.namespace),
            ],
            "spec": ["modelRef": ["name": .string(name)], "algorithm": ["name": .string(algorithm)]],
        ]
    }

    private func maximum(of id: String) -> Double {
        history.series.first { $0.id == id }?.values.lazy.filter(\.isFinite).max() ?? 0
    }

    private static func round(_ value: Double, to step: Double) -> Double {
        max(step, (value / step).rounded(.up) * step)
    }

    private static func cores(_ value: Double) -> JSONValue { .string("\(Int((value * 1000).rounded()))m") }
    private static func gibibytes(_ value: Double) -> JSONValue { .string("\(Int((value * 1024).rounded()))Mi") }
}
