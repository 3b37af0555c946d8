import KubernetesClient

/// The `resize` subresource of pods: it changes the resources of containers and nothing else.
enum PodResize {
    /// `old` with the container resources of `requested`, and the status as a kubelet that resized at once says it.
    static func separated(_ requested: JSONValue, _ old: JSONValue) -> JSONValue {
        var result = old
        let wanted = requested["spec", "containers"]?.arrayValue ?? []
        for (index, container) in (old["spec", "containers"]?.arrayValue ?? []).enumerated() {
            guard let change = wanted.first(where: { $0["name"] == container["name"] }) else { continue }
            let path: [JSONPathElement] = ["spec", "containers", .index(index)]
            result[path: path + ["resources"]] = change["resources"] ?? [:]
            result[path: path + ["resizePolicy"]] = change["resizePolicy"]
            let statuses = old["status", "containerStatuses"]?.arrayValue ?? []
            guard let status = statuses.firstIndex(where: { $0["name"] == container["name"] }) else { continue }
            let place: [JSONPathElement] = ["status", "containerStatuses", .index(status)]
            result[path: place + ["resources"]] = change["resources"] ?? [:]
            result[path: place + ["allocatedResources"]] = change["resources", "requests"]
        }
        return result
    }

    /// What a server refuses: another quality-of-service class, and the removal of a limit or request.
    static func errors(_ pod: JSONValue, old: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if QualityOfService.name(pod) != QualityOfService.name(old) {
            errors.append(
                .invalid(
                    "spec", .string(QualityOfService.name(pod)), "Pod QOS Class may not change as a result of resizing")
            )
        }
        for (index, container) in (old["spec", "containers"]?.arrayValue ?? []).enumerated() {
            for list in ["limits", "requests"] {
                for (resource, _) in container["resources", .key(list)]?.objectValue ?? [:]
                where pod["spec", "containers", .index(index), "resources", .key(list), .key(resource)] == nil {
                    errors.append(
                        .forbidden(
                            "spec.containers[\(index)].resources.\(list)", "resource \(list) cannot be removed"))
                }
            }
        }
        return errors
    }
}
