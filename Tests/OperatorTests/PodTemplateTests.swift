import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct PodTemplateTests {
    /// Settings with a part that cannot be written as JSON; those of the API have none, as long as nobody adds one.
    private struct Odd: Encodable {
        var image = "trainer"
        var tolerations = [["tolerationSeconds": 1.0], ["tolerationSeconds": Double.nan]]
    }

    @Test func `a setting that cannot be passed on is an error that names it, and no pod is made without it`() {
        #expect {
            _ = try JSONValue(of: Odd(), field: "spec.pod")
        } throws: { error in
            let error = error as? SpecError
            return error?.field == "spec.pod.tolerations[1].tolerationSeconds"
                && error?.message.contains("nan") == true
        }
    }

    @Test func `whatever is asked of a pod stands in it`() throws {
        let asked: JSONValue = [
            "nodeSelector": ["disk": "ssd"],
            "tolerations": [["key": "team", "operator": "Equal", "value": "a", "effect": "NoSchedule"]],
            "imagePullSecrets": [["name": "registry"]],
            "affinity": [
                "nodeAffinity": [
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        "nodeSelectorTerms": [
                            ["matchExpressions": [["key": "zone", "operator": "NotIn", "values": ["b"]]]]
                        ]
                    ]
                ]
            ],
            "priorityClassName": "low",
            "resources": ["limits": ["memory": "1Gi"]],
            "env": [["name": "A", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]]],
            "volumes": [["name": "cache", "emptyDir": ["sizeLimit": "1Gi"]]],
            "volumeMounts": [["name": "cache", "mountPath": "/cache", "subPath": "a"]],
        ]
        let pod = PodTemplate(
            settings: try JSONValue(of: try asked.decode(PodSettings.self), field: "spec.pod"), name: "trainer",
            image: "i", arguments: [], serviceAccount: nil, mountsToken: false, volumes: []
        ).spec
        for field in ["nodeSelector", "tolerations", "imagePullSecrets", "affinity", "priorityClassName", "volumes"] {
            #expect(pod[key: field] == asked[key: field], "\(field)")
        }
        let container = try #require(pod["containers", 0])
        #expect(container["resources"] == asked["resources"] && container["volumeMounts"] == asked["volumeMounts"])
        #expect(container["env"]?.arrayValue?.dropFirst().first == asked["env", 0])
    }

    @Test func `a pod that asks for no resources gets modest ones`() throws {
        let pod = PodTemplate(
            settings: try JSONValue(of: PodSettings(), field: "spec.pod"), name: "trainer", image: "i",
            arguments: [], serviceAccount: nil, mountsToken: false, volumes: []
        ).spec
        #expect(pod["containers", 0, "resources"] == ["requests": ["cpu": "500m", "memory": "256Mi"]])
        #expect(pod["tolerations"] == nil && pod["affinity"] == nil)
    }
}
