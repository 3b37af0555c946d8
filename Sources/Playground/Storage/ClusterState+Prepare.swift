import Foundation
import KubernetesClient

extension ClusterState {
    /// Checks that a body is an object of `type` and completes its identity.
    func identified(
        _ body: JSONValue, _ type: ResourceType, _ expected: ObjectName
    ) throws(APIError) -> JSONValue {
        guard var object = Optional(body), object.objectValue != nil else {
            throw .badRequest("the object provided is unrecognized (must be of type \(type.kind)): it is no object")
        }
        let kind = object["kind"]?.stringValue ?? ""
        let apiVersion = object["apiVersion"]?.stringValue ?? ""
        if kind.isEmpty { object["kind"] = .string(type.kind) }
        if apiVersion.isEmpty { object["apiVersion"] = .string(type.apiVersion) }
        if !kind.isEmpty, kind != type.kind {
            throw .badRequest(
                "\(kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): "
                    + "the kind in the object does not match the resource \(type.plural)")
        }
        if !apiVersion.isEmpty, apiVersion != type.apiVersion {
            throw .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API version "
                    + "(\(type.apiVersion))")
        }
        if object["metadata"]?.objectValue == nil { object["metadata"] = [:] }
        if type.namespaced {
            if object.namespace.isEmpty {
                object["metadata", "namespace"] = .string(expected.namespace)
            } else if object.namespace != expected.namespace {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request")
            }
        } else {
            object["metadata", "namespace"] = nil
        }
        if !expected.name.isEmpty {
            if object.name.isEmpty { object["metadata", "name"] = .string(expected.name) }
            if object.name != expected.name {
                throw .badRequest(
                    "the name of the object (\(object.name)) does not match the name on the URL (\(expected.name))")
            }
        }
        return object
    }

    /// Prunes and fills defaults; unknown fields become warnings or, when strict, a refusal.
    mutating func normalized(
        _ object: JSONValue, _ type: ResourceType, _ validation: WriteOptions.FieldValidation
    ) throws(APIError) -> JSONValue {
        guard let schema = type.schema else { return BuiltInDefaults.applied(to: object, type) }
        let (pruned, unknown) = schema.pruned(resource: object)
        if !unknown.isEmpty {
            let texts = unknown.map { "unknown field \"\($0)\"" }
            switch validation {
            case .strict:
                throw .badRequest(
                    "\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): "
                        + "strict decoding error: \(texts.joined(separator: ", "))")
            case .warn: warnings += texts
            case .ignore: break
            }
        }
        return schema.defaulted(pruned)
    }

    /// All mistakes in an object that is about to be stored.
    func validate(_ object: JSONValue, old: JSONValue?, _ type: ResourceType) throws(APIError) {
        var errors = MetadataRules.errors(object, type)
        if let schema = type.schema {
            errors += schema.errors(resource: object, old: old)
        } else {
            errors += BuiltInRules.errors(object, old: old, type)
        }
        if !errors.isEmpty { throw .invalid(type, object.name, errors) }
    }

    func fieldManager(_ type: ResourceType, _ subresource: String) -> FieldManager {
        FieldManager(
            shape: type.shape, apiVersion: type.apiVersion, subresource: subresource, ignored: type.ignoredFields,
            time: timestamp)
    }
}
