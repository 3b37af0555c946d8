import KubernetesClient

/// The merge keys of the built-in kinds, by hand: what is not listed is a structure of leaves.
extension Shape {
    static let map = Shape.dictionary(.leaf)

    static func list(_ keys: String..., defaults: JSONObject = [:], of fields: [String: Shape] = [:]) -> Shape {
        .list(keys: keys, defaults: defaults, item: .record(fields, rest: .open))
    }

    static func fields(_ fields: [String: Shape]) -> Shape { .record(fields, rest: .open) }

    static let conditions = list("type")

    static let metadata = fields([
        "labels": map, "annotations": map, "finalizers": .set, "ownerReferences": list("uid"),
    ])

    static let resources = fields([
        "limits": map, "requests": map, "claims": list("name"),
    ])

    static let environmentSource = fields([
        "fieldRef": .leaf, "resourceFieldRef": .leaf, "secretKeyRef": .leaf, "configMapKeyRef": .leaf,
    ])

    static let container = fields([
        "env": list("name", of: ["valueFrom": environmentSource]),
        "ports": list("containerPort", "protocol", defaults: ["protocol": "TCP"]),
        "resources": resources,
        "volumeMounts": list("mountPath"),
        "volumeDevices": list("devicePath"),
    ])

    static let containers = Shape.list(keys: ["name"], defaults: [:], item: container)

    static let podSpec = fields([
        "containers": containers, "initContainers": containers, "ephemeralContainers": containers,
        "volumes": list("name"), "imagePullSecrets": list("name"), "hostAliases": list("ip"),
        "topologySpreadConstraints": list("topologyKey", "whenUnsatisfiable"), "nodeSelector": .leaf,
        "overhead": map, "schedulingGates": list("name"), "resourceClaims": list("name"),
    ])

    static let podTemplate = fields(["metadata": metadata, "spec": podSpec])

    static func kind(_ fields: [String: Shape]) -> Shape {
        .record(fields.merging(["metadata": metadata]) { first, _ in first }, rest: .open)
    }

    static let pod = kind([
        "spec": podSpec,
        "status": fields(["conditions": conditions, "podIPs": list("ip"), "hostIPs": .leaf]),
    ])

    static let workload = kind([
        "spec": fields(["selector": .leaf, "template": podTemplate]),
        "status": fields(["conditions": conditions]),
    ])

    static let cronJob = kind([
        "spec": fields([
            "jobTemplate": fields([
                "metadata": metadata, "spec": fields(["selector": .leaf, "template": podTemplate]),
            ])
        ])
    ])

    static let service = kind([
        "spec": fields([
            "selector": .leaf, "ports": list("port", "protocol", defaults: ["protocol": "TCP"]),
        ]),
        "status": fields(["conditions": conditions]),
    ])

    static let data = kind(["data": map, "binaryData": map, "stringData": map])

    static let serviceAccount = kind(["secrets": list("name"), "imagePullSecrets": .leaf])

    static let event = kind(["involvedObject": .leaf, "regarding": .leaf, "related": .leaf])

    static let namespace = kind(["status": fields(["conditions": conditions])])

    static let quota = kind([
        "spec": fields(["hard": map]), "status": fields(["hard": map, "used": map]),
    ])

    static let disruptionBudget = kind([
        "spec": fields(["selector": .leaf]),
        "status": fields(["conditions": conditions, "disruptedPods": map]),
    ])

    static let clusterRole = kind(["aggregationRule": fields([:])])

    static let roleBinding = kind(["roleRef": .leaf])

    static let customResourceDefinition = kind([
        "spec": fields([
            "versions": list(
                "name", of: ["schema": fields(["openAPIV3Schema": .leaf]), "additionalPrinterColumns": .leaf])
        ]),
        "status": fields(["conditions": conditions]),
    ])
}
