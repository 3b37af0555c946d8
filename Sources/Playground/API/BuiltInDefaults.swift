import KubernetesClient

/// The defaults of the built-in kinds that clients rely on.
enum BuiltInDefaults {
    /// `object` without nulls and with defaults filled in.
    static func applied(to object: JSONValue, _ type: ResourceType) -> JSONValue {
        var object = object.withoutNulls
        switch type.key {
        case .deployments: deployment(&object)
        case .replicaSets:
            fill(&object, ["spec", "replicas"], 1)
            podTemplate(&object, ["spec", "template"])
        case .jobs: job(&object)
        case ResourceKey(group: "batch", plural: "cronjobs"):
            fill(&object, ["spec", "concurrencyPolicy"], "Allow")
            fill(&object, ["spec", "suspend"], false)
            podTemplate(&object, ["spec", "jobTemplate", "spec", "template"])
        case .pods:
            podSpec(&object, ["spec"])
            requests(&object)
        case .secrets: secret(&object)
        case .namespaces:
            fill(&object, ["spec", "finalizers"], ["kubernetes"])
            fill(&object, ["status", "phase"], "Active")
            let name = object["metadata", "name"] ?? ""
            fill(&object, ["metadata", "labels", "kubernetes.io/metadata.name"], name)
        case ResourceKey(group: "", plural: "services"): service(&object)
        default: break
        }
        return object
    }

    private static func deployment(_ object: inout JSONValue) {
        fill(&object, ["spec", "replicas"], 1)
        fill(&object, ["spec", "revisionHistoryLimit"], 10)
        fill(&object, ["spec", "progressDeadlineSeconds"], 600)
        fill(&object, ["spec", "strategy", "type"], "RollingUpdate")
        if object["spec", "strategy", "type"] == "RollingUpdate" {
            fill(&object, ["spec", "strategy", "rollingUpdate", "maxSurge"], "25%")
            fill(&object, ["spec", "strategy", "rollingUpdate", "maxUnavailable"], "25%")
        }
        podTemplate(&object, ["spec", "template"])
    }

    private static func job(_ object: inout JSONValue) {
        if object["spec", "completions"] == nil, object["spec", "parallelism"] == nil {
            fill(&object, ["spec", "completions"], 1)
        }
        fill(&object, ["spec", "parallelism"], 1)
        // With a limit for each index there is none for all together.
        let isPerIndex = object["spec", "backoffLimitPerIndex"] != nil
        fill(&object, ["spec", "backoffLimit"], isPerIndex ? .int(Int64(Int32.max)) : 6)
        fill(&object, ["spec", "completionMode"], "NonIndexed")
        fill(&object, ["spec", "suspend"], false)
        podTemplate(&object, ["spec", "template"])
    }

    private static func secret(_ object: inout JSONValue) {
        fill(&object, ["type"], "Opaque")
        guard let plain = object["stringData"]?.objectValue else { return }
        for (key, value) in plain {
            guard let text = value.stringValue else { continue }
            object[path: [.key("data"), .key(key)]] = .string(Base64.encode(Array(text.utf8)))
        }
        object["stringData"] = nil
    }

    private static func service(_ object: inout JSONValue) {
        fill(&object, ["spec", "type"], "ClusterIP")
        fill(&object, ["spec", "clusterIP"], "10.96.0.10")
        fill(&object, ["spec", "sessionAffinity"], "None")
        for index in (object["spec", "ports"]?.arrayValue ?? []).indices {
            let port: [JSONPathElement] = ["spec", "ports", .index(index)]
            fill(&object, port + ["protocol"], "TCP")
            fill(&object, port + ["targetPort"], object[path: port + ["port"]] ?? .null)
        }
    }

    private static func podTemplate(_ object: inout JSONValue, _ path: [JSONPathElement]) {
        guard object[path: path] != nil else { return }
        podSpec(&object, path + ["spec"])
    }

    private static func podSpec(_ object: inout JSONValue, _ path: [JSONPathElement]) {
        guard object[path: path] != nil else { return }
        fill(&object, path + ["restartPolicy"], "Always")
        fill(&object, path + ["terminationGracePeriodSeconds"], 30)
        fill(&object, path + ["dnsPolicy"], "ClusterFirst")
        fill(&object, path + ["schedulerName"], "default-scheduler")
        fill(&object, path + ["securityContext"], [:])
        for list in ["containers", "initContainers"] {
            for index in (object[path: path + [.key(list)]]?.arrayValue ?? []).indices {
                container(&object, path + [.key(list), .index(index)])
            }
        }
        for index in (object[path: path + ["volumes"]]?.arrayValue ?? []).indices {
            for source in ["configMap", "secret", "projected", "downwardAPI"] {
                let volume = path + ["volumes", .index(index), .key(source)]
                if object[path: volume] != nil { fill(&object, volume + ["defaultMode"], 420) }
            }
        }
    }

    private static func container(_ object: inout JSONValue, _ path: [JSONPathElement]) {
        fill(&object, path + ["resources"], [:])
        fill(&object, path + ["terminationMessagePath"], "/dev/termination-log")
        fill(&object, path + ["terminationMessagePolicy"], "File")
        let image = object[path: path + ["image"]]?.stringValue ?? ""
        let floats = image.hasSuffix(":latest") || !(image.split(separator: "/").last ?? "").contains(":")
        fill(&object, path + ["imagePullPolicy"], floats ? "Always" : "IfNotPresent")
        for index in (object[path: path + ["ports"]]?.arrayValue ?? []).indices {
            fill(&object, path + ["ports", .index(index), "protocol"], "TCP")
        }
    }

    /// In a pod, not in a template, requests default to limits.
    private static func requests(_ object: inout JSONValue) {
        for index in (object["spec", "containers"]?.arrayValue ?? []).indices {
            let path: [JSONPathElement] = ["spec", "containers", .index(index), "resources"]
            for (resource, limit) in object[path: path + ["limits"]]?.objectValue ?? [:] {
                fill(&object, path + ["requests", .key(resource)], limit)
            }
        }
    }

    private static func fill(_ object: inout JSONValue, _ path: [JSONPathElement], _ value: JSONValue) {
        if object[path: path] == nil { object[path: path] = value }
    }
}

extension JSONValue {
    /// Without members that are null: to a built-in kind they mean absent.
    var withoutNulls: JSONValue {
        switch self {
        case .object(let object):
            var result = JSONObject()
            for (key, value) in object where !value.isNull { result[key] = value.withoutNulls }
            return .object(result)
        case .array(let items): return .array(items.map(\.withoutNulls))
        default: return self
        }
    }
}
