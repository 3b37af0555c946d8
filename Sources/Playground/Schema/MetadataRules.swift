import KubernetesClient

/// What every object's metadata must keep to.
enum MetadataRules {
    static func errors(_ object: JSONValue, _ type: ResourceType) -> [FieldError] {
        var errors: [FieldError] = []
        let name = object.name
        if name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else if type.group == "rbac.authorization.k8s.io" {
            if name == "." || name == ".." || name.contains("/") || name.contains("%") {
                errors.append(.invalid("metadata.name", .string(name), "may not contain '/' or '%'"))
            }
        } else if ["namespaces", "services"].contains(type.plural), type.group.isEmpty {
            if !isLabel(name) { errors.append(.invalid("metadata.name", .string(name), labelText)) }
        } else if !isSubdomain(name) {
            errors.append(.invalid("metadata.name", .string(name), subdomainText))
        }
        for (key, value) in object["metadata", "labels"]?.objectValue ?? [:] {
            errors += keyErrors("metadata.labels", key) + valueErrors("metadata.labels", value)
        }
        for (key, value) in object["metadata", "annotations"]?.objectValue ?? [:] {
            errors += keyErrors("metadata.annotations", key)
            if value.stringValue == nil {
                errors.append(.invalid("metadata.annotations", value, "must be a string"))
            }
        }
        for (index, owner) in object.owners.enumerated() {
            for field in ["apiVersion", "kind", "name", "uid"] where owner[key: field]?.stringValue?.isEmpty ?? true {
                errors.append(.invalid("metadata.ownerReferences[\(index)].\(field)", "", "\(field) must not be empty"))
            }
        }
        if object.owners.count(where: { $0["controller"] == true }) > 1 {
            errors.append(
                .invalid(
                    "metadata.ownerReferences", .array(object.owners),
                    "Only one reference can have Controller set to true"))
        }
        return errors
    }

    static func valueErrors(_ field: String, _ value: JSONValue) -> [FieldError] {
        guard let text = value.stringValue else { return [.invalid(field, value, "must be a string")] }
        if text.utf8.count > 63 { return [.invalid(field, value, "must be no more than 63 bytes")] }
        guard text.isEmpty || isQualifiedPart(text) else {
            return [
                .invalid(
                    field, value,
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                        + "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
                        + "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
            ]
        }
        return []
    }

    private static func keyErrors(_ field: String, _ key: String) -> [FieldError] {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let name = parts.last ?? ""
        let fits =
            parts.count <= 2 && !name.isEmpty && name.utf8.count <= 63 && isQualifiedPart(name)
            && (parts.count == 1 || isSubdomain(parts[0].lowercased()))
        if fits { return [] }
        return [
            .invalid(
                field, .string(key),
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
                    + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation "
                    + "is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")
        ]
    }

    static func isLabel(_ text: String) -> Bool { text.utf8.count <= 63 && isLabelPart(text) }

    static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabelPart(String($0)) }
    }

    private static func isLabelPart(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        let dash = UInt8(ascii: "-")
        return first != dash && last != dash
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == dash }
    }

    private static func isQualifiedPart(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
        }
        guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last)
        else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static let subdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

    private static let labelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
}
