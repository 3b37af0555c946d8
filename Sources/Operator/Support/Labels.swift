import KubernetesClient

/// Labels and owner references of what the operator makes.
enum Labels {
    static let model = "presage.dev/model"
    /// The template that a model was made from.
    static let template = "presage.dev/template"
    static let trainingJob = "presage.dev/training-job"
    /// The annotation of a Job that a run's `spec.suspend` has suspended.
    static let suspended = "presage.dev/suspended"

    /// A name as a label's value: 63 characters at most, so a longer one is cut and made distinct by a hash.
    static func value(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        return "\(name.prefix(54))-\(hash(name))"
    }

    /// A name as the beginning of a DNS label: dots become hyphens, what is too long is cut, and either is made distinct, so
    /// that two names never become one.
    static func dnsLabel(_ name: String, longest: Int) -> String {
        guard name.contains(".") || name.utf8.count > longest else { return name }
        return cut(name.split(separator: ".").joined(separator: "-"), to: longest, apart: name)
    }

    /// The name of an object that is made of two others': at most as long as names may be, and then made distinct by a hash.
    static func joined(_ first: String, _ second: String) -> String {
        let name = "\(first)-\(second)"
        guard name.utf8.count > 253 else { return name }
        return cut(name, to: 253, apart: name)
    }

    /// A text that ends in the hash of a name, with a letter or digit before that.
    private static func cut(_ text: String, to longest: Int, apart name: String) -> String {
        var cut = text.prefix(longest - 9)
        while let last = cut.last, !last.isLetter, !last.isNumber { cut.removeLast() }
        return "\(cut)-\(hash(name))"
    }

    /// FNV-1a of 32 bits in hex digits, as many as it takes.
    private static func hash(_ name: String) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return String(hash, radix: 16)
    }

    static func owner(_ model: ForecastModel) -> OwnerReference {
        OwnerReference(
            apiVersion: ForecastModel.definition.apiVersion, kind: ForecastModel.definition.kind, name: model.name,
            uid: model.uid, controller: true, blockOwnerDeletion: true)
    }

    /// The owner of versions. A pod's account may not change the model's finalizers, which admission
    /// (OwnerReferencesPermissionEnforcement, on by default in OpenShift) asks of whoever names an owner whose deletion is to wait.
    static func ownerOfVersions(_ model: ForecastModel) -> OwnerReference {
        var owner = owner(model)
        owner.blockOwnerDeletion = nil
        return owner
    }
}
