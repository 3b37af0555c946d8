import KubernetesClient

/// Labels and owner references of what the operator makes.
enum Labels {
    static let model = "presage.dev/model"
    static let trainingJob = "presage.dev/training-job"
    /// The annotation of a Job that a run's `spec.suspend` has suspended.
    static let suspended = "presage.dev/suspended"

    /// A name as a label's value: 63 characters at most, so a longer one is cut and made distinct by a hash.
    static func value(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return "\(name.prefix(54))-\(String(hash, radix: 16))"
    }

    static func owner(_ model: ForecastModel) -> OwnerReference {
        OwnerReference(
            apiVersion: ForecastModel.definition.apiVersion, kind: ForecastModel.definition.kind, name: model.name,
            uid: model.uid, controller: true, blockOwnerDeletion: true)
    }
}
