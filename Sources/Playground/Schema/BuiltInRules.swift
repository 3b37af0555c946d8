import KubernetesClient

/// The checks of built-in kinds that an operator meets: what it must not leave out and what never changes.
enum BuiltInRules {
    static func errors(_ object: JSONValue, old: JSONValue?, _ type: ResourceType) -> [FieldError] {
        switch type.key {
        case .deployments, .replicaSets: workload(object, old)
        case .jobs: job(object, old)
        case .pods: PodRules.podErrors(object, old)
        case .configMaps, .secrets: data(object, old)
        case .customResourceDefinitions: DefinitionRules.errors(object)
        default: []
        }
    }

    private static func workload(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        if let replicas = object["spec", "replicas"]?.intValue, replicas < 0 {
            errors.append(
                .invalid("spec.replicas", .int(Int64(replicas)), "must be greater than or equal to 0"))
        }
        if let selector = object["spec", "selector"], selector.objectValue?.isEmpty == false {
            let template = object["spec", "template"] ?? [:]
            if !LabelSelector(json: selector).matches(template) {
                errors.append(
                    .invalid(
                        "spec.template.metadata.labels", template["metadata", "labels"],
                        "`selector` does not match template `labels`"))
            }
            if let old, old["spec", "selector"] != selector {
                errors.append(.invalid("spec.selector", selector, "field is immutable"))
            }
        } else {
            errors.append(.required("spec.selector"))
        }
        return errors + PodRules.templateErrors(object["spec", "template"], "spec.template")
    }

    private static func job(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        var errors = PodRules.templateErrors(object["spec", "template"], "spec.template")
        let policy = object["spec", "template", "spec", "restartPolicy"]
        if policy != "Never", policy != "OnFailure" {
            errors.append(
                FieldError(
                    field: "spec.template.spec.restartPolicy", reason: "FieldValueInvalid",
                    detail: "Required value: valid values: \"OnFailure\", \"Never\""))
        }
        for field in [
            "completions", "parallelism", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes",
            "activeDeadlineSeconds", "ttlSecondsAfterFinished",
        ] {
            if let number = object["spec", .key(field)]?.intValue, number < 0 {
                errors.append(
                    .invalid("spec.\(field)", .int(Int64(number)), "must be greater than or equal to 0"))
            }
        }
        if object["spec", "completionMode"] == "Indexed", object["spec", "completions"] == nil {
            errors.append(.required("spec.completions", "when completion mode is Indexed"))
        }
        if old == nil, object["spec", "completionMode"] == "Indexed" {
            // The last pod's host name, which is one DNS label.
            let last = "\(object.name)-\(max(1, object["spec", "completions"]?.intValue ?? 1) - 1)"
            if last.utf8.count > 63 || last.contains(".") {
                errors.append(
                    .invalid(
                        "metadata.name", .string(object.name),
                        "will not able to create pod with invalid DNS label: \(last)"))
            }
        }
        if let limit = object["spec", "backoffLimitPerIndex"] {
            if object["spec", "completionMode"] != "Indexed" {
                errors.append(
                    .invalid("spec.backoffLimitPerIndex", limit, "requires indexed completion mode"))
            }
            if policy != "Never" {
                errors.append(
                    .invalid(
                        "spec.template.spec.restartPolicy", policy,
                        "only 'Never' is supported with backoffLimitPerIndex"))
            }
        } else if let most = object["spec", "maxFailedIndexes"] {
            errors.append(
                .invalid("spec.maxFailedIndexes", most, "requires a backoffLimitPerIndex"))
        }
        if object["spec", "podFailurePolicy"] != nil, policy != "Never" {
            errors.append(
                .invalid("spec.template.spec.restartPolicy", policy, "only 'Never' is supported with podFailurePolicy"))
        }
        guard let old else { return errors }
        let isSuspended = old["spec", "suspend"] == true && old["status", "startTime"] == nil
        for field in ["completionMode", "selector", "template"]
        where object["spec", .key(field)] != old["spec", .key(field)] {
            if field == "template", isSuspended { continue }
            errors.append(.invalid("spec.\(field)", object["spec", .key(field)], "field is immutable"))
        }
        let isElastic =
            object["spec", "completionMode"] == "Indexed"
            && object["spec", "completions"] == object["spec", "parallelism"]
        if object["spec", "completions"] != old["spec", "completions"], !isElastic {
            errors.append(.invalid("spec.completions", object["spec", "completions"], "field is immutable"))
        }
        return errors
    }

    private static func data(_ object: JSONValue, _ old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for field in ["data", "binaryData"] {
            for (key, value) in object[key: field]?.objectValue ?? [:] {
                guard let text = value.stringValue else {
                    errors.append(.invalid("\(field)[\(key)]", value, "must be a string"))
                    continue
                }
                let isEncoded = field == "binaryData" || object["kind"] == "Secret"
                if isEncoded, Base64.decode(text) == nil {
                    errors.append(.invalid("\(field)[\(key)]", "<redacted>", "must be base64"))
                }
                size += isEncoded ? text.utf8.count / 4 * 3 : text.utf8.count
                if !key.utf8.allSatisfy({ isKeyByte($0) }) || key.isEmpty || key.utf8.count > 253 {
                    errors.append(
                        .invalid(
                            "\(field)[\(key)]", .string(key),
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                                + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                                + "'[-._a-zA-Z0-9]+')"))
                }
            }
        }
        if size > 1_048_576 {
            errors.append(.tooLong(object["kind"] == "Secret" ? "data" : "[]", limit: 1_048_576))
        }
        if let old, old["immutable"] == true {
            for field in ["data", "binaryData"] where object[key: field] != old[key: field] {
                errors.append(.forbidden(field, "field is immutable when `immutable` is set"))
            }
            if object["immutable"] != true {
                errors.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
            }
        }
        return errors
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || "-_.".utf8.contains(byte)
    }
}
