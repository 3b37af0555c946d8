import KubernetesClient
import Testing

@testable import Operator

struct DeploymentEventTests {
    /// A Deployment as the operator's informer keeps it.
    private func kept(_ version: String, _ change: (inout JSONValue) -> Void = { _ in }) throws -> Deployment {
        var object = deployment()
        object["metadata"] = ["name": "shop", "namespace": "demo", "uid": "u", "resourceVersion": .string(version)]
        object["spec", "replicas"] = 2
        change(&object)
        var made = try Deployment(json: object)
        Operator.strip(&made)
        return made
    }

    private func wakes(_ change: (inout JSONValue) -> Void) throws -> Bool {
        InformerEvent.updated(old: try kept("1"), new: try kept("2", change)).changesWhatIsRead
    }

    @Test func `a status, a label or an annotation of a Deployment wakes no model`() throws {
        #expect(try !wakes { $0["status"] = ["readyReplicas": 1, "observedGeneration": 7] })
        #expect(try !wakes { $0["status"] = ["conditions": [["type": "Progressing", "status": "True"]]] })
        #expect(try !wakes { $0["metadata", "annotations"] = ["deployment.kubernetes.io/revision": "3"] })
        #expect(try !wakes { $0["metadata", "labels"] = ["a": "b"] })
        #expect(try !wakes { $0["spec", "template", "spec", "containers", 0, "image"] = "other" })
    }

    @Test func `what a decision rests on does, and so do a new Deployment and one that goes`() throws {
        #expect(try wakes { $0["spec", "replicas"] = 3 })
        #expect(try wakes { $0["spec", "template", "spec", "containers", 0, "resources"] = ["requests": ["cpu": "3"]] })
        #expect(try wakes { $0["spec", "template", "spec", "containers", 0, "name"] = "renamed" })
        #expect(try wakes { $0["metadata", "uid"] = "made again" })
        for (type, status) in [("ReplicaFailure", "True"), ("Progressing", "False")] {
            let complaint: JSONValue = ["type": .string(type), "status": .string(status), "message": "no room"]
            #expect(try wakes { $0["status"] = ["conditions": [complaint]] })
            let kept = try kept("1") {
                $0["status"] = ["conditions": [["type": "Available", "status": "False"], complaint]]
            }
            #expect(kept.complaints == [complaint])
        }
        #expect(
            try wakes {
                $0["metadata", "managedFields"] = [
                    ["manager": "presage", "operation": "Apply", "apiVersion": "apps/v1", "fieldsV1": [:]]
                ]
            })
        let paused: JSONValue = ["type": "Progressing", "status": "Unknown", "reason": "DeploymentPaused"]
        #expect(try wakes { $0["status"] = ["replicas": 2, "conditions": [paused]] })
        #expect(try !wakes { $0["status"] = ["replicas": 2, "updatedReplicas": 2, "conditions": [paused]] })
        #expect(try wakes { $0["spec", "template", "spec", "initContainers"] = [["name": "a", "resources": [:]]] })
        #expect(try InformerEvent.added(kept("1")).changesWhatIsRead)
        #expect(try InformerEvent.deleted(kept("1")).changesWhatIsRead)
    }
}
