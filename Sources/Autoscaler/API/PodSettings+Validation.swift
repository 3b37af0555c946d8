extension PodSettings {
    /// The paths that the operator mounts the run's own inputs at.
    static let reservedPaths = ["/etc/presage", "/tmp"]
    /// The names of the operator's own volumes.
    static let reservedVolumes: Set<String> = ["run", "tmp", "champion", "previous", "source", "secrets", "version"]
    /// The variables that the trainer's contract gives a meaning.
    static let reservedVariables: Set<String> = ["TMPDIR", "JOB_COMPLETION_INDEX"]

    /// Checks what an API server would refuse in the pod only when the Job is made, or what would break the run.
    func validate(at path: String) -> [SpecError] {
        validateEnvironment(at: "\(path).env") + validateVolumes(at: "\(path).volumes")
            + validateMounts(at: "\(path).volumeMounts") + validateLabels(at: "\(path).podLabels")
            + validateValues(of: podLabels, at: "\(path).podLabels")
            + validateValues(of: nodeSelector, at: "\(path).nodeSelector") + validateResources(at: "\(path).resources")
    }

    /// A Job with a label that is none would be refused by the API server, with the operator's words around it.
    private func validateValues(of labels: [String: String]?, at path: String) -> [SpecError] {
        (labels ?? [:]).sorted { $0.key < $1.key }.filter { !$0.value.contains(Self.labelValue) }.map { key, value in
            SpecError(
                .invalidValue, field: "\(path)[\(key)]",
                "“\(value)” is no label's value: use letters, digits, -, _ and ., with a letter or digit at both ends")
        }
    }

    /// What the CRD schema accepts.
    private static var labelValue: Regex<Substring> { #/^(?:(?:[A-Za-z0-9][\-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/# }

    private func validateResources(at path: String) -> [SpecError] {
        ResourceName.allCases.compactMap { resource in
            guard let request = resources?.requests?[resource], let limit = resources?.limits?[resource],
                request > limit
            else { return nil }
            return SpecError(
                .conflictingFields, field: "\(path).requests.\(resource.rawValue)",
                "\(request) is above limits.\(resource.rawValue) (\(limit)): a request cannot exceed its limit")
        }
    }

    private func validateEnvironment(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        var names: Set<String> = []
        for (index, variable) in (env ?? []).enumerated() {
            let place = "\(path)[\(index)]"
            if !names.insert(variable.name).inserted {
                errors.append(
                    SpecError(.conflictingFields, field: "\(place).name", "“\(variable.name)” is set twice: keep one"))
            }
            if Self.reservedVariables.contains(variable.name) {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(place).name",
                        "“\(variable.name)” is part of the trainer's contract and cannot be set"))
            }
            guard let from = variable.valueFrom else { continue }
            if variable.value != nil {
                errors.append(
                    SpecError(.conflictingFields, field: place, "value and valueFrom exclude each other: keep one"))
            }
            let places = [from.configMapKeyRef != nil, from.secretKeyRef != nil, from.fieldRef != nil].count { $0 }
            if places != 1 {
                errors.append(
                    SpecError(
                        places == 0 ? .missingField : .conflictingFields, field: "\(place).valueFrom",
                        "name exactly one of configMapKeyRef, secretKeyRef and fieldRef"))
            }
        }
        return errors
    }

    private func validateVolumes(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        var names: Set<String> = []
        for (index, volume) in (volumes ?? []).enumerated() {
            let place = "\(path)[\(index)]"
            if Self.reservedVolumes.contains(volume.name) {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(place).name",
                        "“\(volume.name)” is a volume of the operator's own; choose another name"))
            } else if !names.insert(volume.name).inserted {
                errors.append(
                    SpecError(.conflictingFields, field: "\(place).name", "“\(volume.name)” is named twice: keep one"))
            }
            if volume.kinds != 1 {
                errors.append(
                    SpecError(
                        volume.kinds == 0 ? .missingField : .conflictingFields, field: place,
                        "name exactly one of configMap, secret, persistentVolumeClaim, emptyDir and nfs"))
            }
        }
        return errors
    }

    private func validateMounts(at path: String) -> [SpecError] {
        let known = Set((volumes ?? []).map(\.name))
        var errors: [SpecError] = []
        var paths: Set<String> = []
        for (index, mount) in (volumeMounts ?? []).enumerated() {
            let place = "\(path)[\(index)]"
            if !known.contains(mount.name) {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(place).name",
                        "there is no volume “\(mount.name)”; add it to volumes, or correct the name"))
            }
            if !mount.mountPath.hasPrefix("/") {
                errors.append(
                    SpecError(.invalidValue, field: "\(place).mountPath", "“\(mount.mountPath)” does not begin with /"))
            }
            if !paths.insert(mount.mountPath).inserted {
                errors.append(
                    SpecError(
                        .conflictingFields, field: "\(place).mountPath",
                        "“\(mount.mountPath)” is mounted twice: keep one"))
            }
            let taken = Self.reservedPaths.first { mount.mountPath == $0 || mount.mountPath.hasPrefix($0 + "/") }
            if let taken {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(place).mountPath",
                        "\(taken) holds the run's own inputs; mount the volume somewhere else"))
            }
        }
        return errors
    }

    private func validateLabels(at path: String) -> [SpecError] {
        (podLabels ?? [:]).keys.sorted().filter { $0.hasPrefix("presage.dev/") }.map {
            SpecError(
                .invalidValue, field: "\(path)[\($0)]",
                "labels of presage.dev are the operator's, which finds its pods by them; choose another key")
        }
    }
}
