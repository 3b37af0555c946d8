import KubernetesClient

/// The checks of pods and pod templates.
enum PodRules {
    static func templateErrors(_ template: JSONValue?, _ path: String) -> [FieldError] {
        guard let spec = template?["spec"] else { return [.required("\(path).spec")] }
        return specErrors(spec, "\(path).spec")
    }

    static func podErrors(_ pod: JSONValue, _ old: JSONValue?) -> [FieldError] {
        guard let spec = pod["spec"] else { return [.required("spec")] }
        var errors = specErrors(spec, "spec")
        if let old, fixed(pod) != fixed(old) {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                        + "`spec.tolerations` (only additions to existing tolerations),"
                        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
                ))
        }
        return errors
    }

    /// What of a pod's spec never changes through the main endpoint; `resize` has its own checks.
    private static func fixed(_ pod: JSONValue) -> JSONValue {
        var spec = pod["spec"] ?? [:]
        for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"] {
            spec[key: field] = nil
        }
        for list in ["containers", "initContainers"] {
            for index in (spec[key: list]?.arrayValue ?? []).indices {
                spec[path: [.key(list), .index(index), "image"]] = nil
                spec[path: [.key(list), .index(index), "resources"]] = nil
            }
        }
        return spec
    }

    private static func specErrors(_ spec: JSONValue, _ path: String) -> [FieldError] {
        guard let containers = spec["containers"]?.arrayValue, !containers.isEmpty else {
            return [.required("\(path).containers")]
        }
        var errors: [FieldError] = []
        var names: Set<String> = []
        let volumes = Set((spec["volumes"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
        for list in ["initContainers", "containers"] {
            for (index, container) in (spec[key: list]?.arrayValue ?? []).enumerated() {
                let place = "\(path).\(list)[\(index)]"
                let name = container["name"]?.stringValue ?? ""
                if name.isEmpty {
                    errors.append(.required("\(place).name"))
                } else if !names.insert(name).inserted {
                    errors.append(.duplicate("\(place).name", .string(name)))
                } else if !MetadataRules.isLabel(name) {
                    errors.append(
                        .invalid(
                            "\(place).name", .string(name),
                            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'"))
                }
                if container["image"]?.stringValue?.isEmpty ?? true { errors.append(.required("\(place).image")) }
                for (mount, entry) in (container["volumeMounts"]?.arrayValue ?? []).enumerated() {
                    if let volume = entry["name"]?.stringValue, !volumes.contains(volume) {
                        errors.append(
                            FieldError(
                                field: "\(place).volumeMounts[\(mount)].name", reason: "FieldValueNotFound",
                                detail: "Not found: \"\(volume)\""))
                    }
                    if entry["mountPath"]?.stringValue?.isEmpty ?? true {
                        errors.append(.required("\(place).volumeMounts[\(mount)].mountPath"))
                    }
                }
                errors += resourceErrors(container["resources"] ?? [:], "\(place).resources")
            }
        }
        return errors
    }

    static func resourceErrors(_ resources: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for list in ["limits", "requests"] {
            for (resource, value) in resources[key: list]?.objectValue ?? [:] {
                guard let number = amount(value) else {
                    errors.append(
                        .invalid(
                            "\(path).\(list)[\(resource)]", value,
                            "quantities must match the regular expression "
                                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"))
                    continue
                }
                if number < 0 {
                    errors.append(
                        .invalid("\(path).\(list)[\(resource)]", value, "must be greater than or equal to 0"))
                }
            }
        }
        for (resource, request) in resources["requests"]?.objectValue ?? [:] {
            guard let limit = resources["limits"]?[key: resource], let wanted = amount(request),
                let allowed = amount(limit), wanted > allowed
            else { continue }
            errors.append(
                .invalid(
                    "\(path).requests", request,
                    "must be less than or equal to \(resource) limit of \(limit.stringValue ?? limit.description)"))
        }
        return errors
    }

    private static func amount(_ value: JSONValue) -> Double? {
        value.stringValue.flatMap { QuantityText.value($0) } ?? value.doubleValue
    }
}
