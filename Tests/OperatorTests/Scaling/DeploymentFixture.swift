import KubernetesClient

/// A Deployment of two containers as a server would return it.
func deployment(
    web: JSONValue = ["requests": ["cpu": "2", "memory": "4Gi"], "limits": ["cpu": "4", "memory": "8Gi"]],
    proxy: JSONValue = [:],
    managedFields: [JSONValue] = []
) -> JSONValue {
    [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": [
            "name": "shop", "namespace": "demo", "uid": "u-1", "resourceVersion": "42", "generation": 3,
            "managedFields": .array(managedFields),
        ],
        "spec": [
            "template": [
                "spec": [
                    "containers": [
                        ["name": "web", "image": "web:1", "resources": web],
                        ["name": "proxy", "image": "proxy:1", "resources": proxy],
                    ]
                ]
            ]
        ],
    ]
}

/// A `managedFields` entry over the fields of a list's containers, such as `["web": ["f:resources": …]]`.
func entry(
    _ manager: String, _ operation: String = "Apply", list: String = "containers", containers: JSONObject
) -> JSONValue {
    var items = JSONObject()
    for (name, fields) in containers { items["k:{\"name\":\"\(name)\"}"] = fields }
    return [
        "manager": .string(manager), "operation": .string(operation), "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
        "fieldsV1": ["f:spec": ["f:template": ["f:spec": .object(["f:\(list)": .object(items)])]]],
    ]
}
