import KubernetesClient

/// OpenAPI v3 documents: full schemas for custom resources, names and parameters for built-in kinds.
struct OpenAPI: Sendable {
    var registry: Registry

    /// `/openapi/v3`.
    func index() -> JSONValue {
        var paths = JSONObject()
        for group in registry.groups {
            for version in group.versions {
                let path = group.group.isEmpty ? "api/\(version)" : "apis/\(group.group)/\(version)"
                paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)")]
            }
        }
        return ["paths": .object(paths)]
    }

    /// `/openapi/v3/apis/<group>/<version>`; nil where nothing is served.
    func document(group: String, version: String) -> JSONValue? {
        let types = registry.types(group: group, version: version)
        guard !types.isEmpty else { return nil }
        var schemas = JSONObject()
        var paths = JSONObject()
        for type in types {
            schemas[Self.schemaName(type)] = schema(type)
            for (path, item) in pathItems(type) { paths[path] = item }
        }
        schemas[Self.metadataName] = Self.metadata
        return [
            "openapi": "3.0.0", "info": ["title": "Presage playground", "version": .string(ServerVersion.gitVersion)],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
    }

    private static let metadataName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

    private static func schemaName(_ type: ResourceType) -> String {
        let group = type.group.isEmpty ? "core" : type.group
        return (group.split(separator: ".").reversed().map(String.init) + [type.version, type.kind])
            .joined(separator: ".")
    }

    private func gvk(_ type: ResourceType) -> JSONValue {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    private func schema(_ type: ResourceType) -> JSONValue {
        var schema = type.openAPISchema?.objectValue ?? ["type": "object"]
        var properties = schema["properties"]?.objectValue ?? [:]
        properties["apiVersion"] = [
            "type": "string",
            "description": "APIVersion defines the versioned schema of this representation of an object.",
        ]
        properties["kind"] = [
            "type": "string", "description": "Kind is a string value representing the resource this object represents.",
        ]
        properties["metadata"] = [
            "description": "Standard object's metadata.",
            "allOf": [["$ref": .string("#/components/schemas/\(Self.metadataName)")]],
        ]
        schema["properties"] = .object(properties)
        schema["x-kubernetes-group-version-kind"] = [gvk(type)]
        return .object(schema)
    }

    private func pathItems(_ type: ResourceType) -> [(String, JSONValue)] {
        let root = type.group.isEmpty ? "/api/\(type.version)" : "/apis/\(type.group)/\(type.version)"
        let collection = root + (type.namespaced ? "/namespaces/{namespace}/" : "/") + type.plural
        func operation(_ action: String, _ parameters: [String], patch: Bool = false) -> JSONValue {
            var object: JSONObject = [
                "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": gvk(type),
                "parameters": .array(
                    parameters.map { ["name": .string($0), "in": "query", "schema": ["type": "string"]] }),
                "responses": [
                    "200": [
                        "description": "OK",
                        "content": [
                            "application/json": [
                                "schema": ["$ref": .string("#/components/schemas/\(Self.schemaName(type))")]
                            ]
                        ],
                    ]
                ],
            ]
            if patch {
                object["requestBody"] = [
                    "content": ["application/merge-patch+json": [:], "application/apply-patch+yaml": [:]]
                ]
            }
            return .object(object)
        }
        let write = ["dryRun", "fieldManager", "fieldValidation"]
        return [
            (collection, ["get": operation("list", []), "post": operation("post", write)]),
            (
                collection + "/{name}",
                [
                    "get": operation("get", []), "put": operation("put", write),
                    "patch": operation("patch", write + ["force"], patch: true),
                    "delete": operation("delete", ["dryRun"]),
                ]
            ),
        ]
    }

    private static let metadata: JSONValue = {
        func string(_ text: String) -> JSONValue { ["type": "string", "description": .string(text)] }
        func strings(_ text: String) -> JSONValue {
            ["type": "object", "description": .string(text), "additionalProperties": ["type": "string"]]
        }
        return [
            "type": "object",
            "description": "ObjectMeta is metadata that all persisted resources must have.",
            "properties": [
                "name": string("Name must be unique within a namespace."),
                "generateName": string("GenerateName is a prefix for a name that the server completes."),
                "namespace": string("Namespace defines the space within which each name must be unique."),
                "labels": strings("Map of string keys and values to organize and select objects."),
                "annotations": strings("Map of arbitrary string metadata."),
                "uid": string("UID is the unique in time and space value for this object."),
                "resourceVersion": string("The internal version of this object."),
                "generation": ["type": "integer", "description": "A sequence number of the desired state."],
                "creationTimestamp": string("When this object was created."),
                "deletionTimestamp": string("When this object will be deleted."),
                "finalizers": [
                    "type": "array", "items": ["type": "string"],
                    "description": "Must be empty before the object is deleted from the registry.",
                ],
                "ownerReferences": [
                    "type": "array", "items": ["type": "object"],
                    "description": "List of objects depended by this object.",
                ],
                "managedFields": [
                    "type": "array", "items": ["type": "object"],
                    "description": "Which manager manages which fields of this object.",
                ],
            ],
        ]
    }()
}
