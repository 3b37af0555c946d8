import KubernetesClient

/// What somebody has to be allowed in the cluster to get an answer.
enum AccessRight: Sendable, Hashable, CustomStringConvertible {
    /// To get a path that is no resource, such as `/metrics`.
    case path(String)
    /// To list the models of a namespace; nil for all.
    case listModels(namespace: String?)
    /// To get one model.
    case getModel(namespace: String, name: String)

    /// As a SubjectAccessReview asks for it.
    var attributes: JSONObject {
        switch self {
        case .path(let path): ["nonResourceAttributes": ["verb": "get", "path": .string(path)]]
        case .listModels(let namespace): Self.models("list", namespace, nil)
        case .getModel(let namespace, let name): Self.models("get", namespace, name)
        }
    }

    private static func models(_ verb: String, _ namespace: String?, _ name: String?) -> JSONObject {
        let models = ForecastModel.definition
        var attributes: JSONObject = [
            "verb": .string(verb), "group": .string(models.group), "version": .string(models.version),
            "resource": .string(models.plural),
        ]
        attributes["namespace"] = namespace.map(JSONValue.string)
        attributes["name"] = name.map(JSONValue.string)
        return ["resourceAttributes": .object(attributes)]
    }

    /// As in `may not list forecastmodels.presage.dev in the namespace shop`.
    var description: String {
        let models = ForecastModel.definition.qualifiedPlural
        return switch self {
        case .path(let path): "get the path \(path)"
        case .listModels(nil): "list \(models) in all namespaces"
        case .listModels(let namespace?): "list \(models) in the namespace \(namespace)"
        case .getModel(let namespace, let name): "get \(models) \(name) in the namespace \(namespace)"
        }
    }

    /// The ClusterRole in `config/` that has it.
    var clusterRole: String {
        if case .path = self { "presage-metrics-reader" } else { "presage-view" }
    }
}
