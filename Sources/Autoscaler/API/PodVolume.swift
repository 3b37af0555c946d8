/// A volume of a training pod, as `core/v1` has it: exactly one kind beside the name.
///
/// `hostPath` is left out on purpose: who may make a model in a namespace would have the node's files.
public struct PodVolume: Sendable, Hashable, Codable {
    /// A ConfigMap's entries as files.
    public struct ConfigMap: Sendable, Hashable, Codable {
        /// The ConfigMap's name.
        public var name: String
        /// Whether the pod starts without it.
        public var optional: Bool?

        /// Names a ConfigMap.
        public init(name: String) { self.name = name }
    }

    /// A Secret's entries as files; the operator never reads them, the kubelet does.
    public struct Secret: Sendable, Hashable, Codable {
        /// The Secret's name.
        public var secretName: String
        /// Whether the pod starts without it.
        public var optional: Bool?

        /// Names a Secret.
        public init(secretName: String) { self.secretName = secretName }
    }

    /// A claim on persistent storage.
    public struct Claim: Sendable, Hashable, Codable {
        /// The claim's name.
        public var claimName: String
        /// Whether the volume is never written to.
        public var readOnly: Bool?

        /// Names a claim.
        public init(claimName: String) { self.claimName = claimName }
    }

    /// A folder that is empty at first and gone with the pod.
    public struct EmptyDirectory: Sendable, Hashable, Codable {
        /// `Memory` for a file system in memory; the node's disk where left out.
        public var medium: String?
        /// How much it may hold.
        public var sizeLimit: Quantity?

        /// A folder on the node's disk.
        public init() {}
    }

    /// A folder of an NFS server.
    public struct NFS: Sendable, Hashable, Codable {
        /// The server.
        public var server: String
        /// The exported path.
        public var path: String
        /// Whether the volume is never written to.
        public var readOnly: Bool?

        /// Names an export.
        public init(server: String, path: String) {
            self.server = server
            self.path = path
        }
    }

    /// The volume's name, which mounts refer to.
    public var name: String
    /// A ConfigMap's entries as files.
    public var configMap: ConfigMap?
    /// A Secret's entries as files.
    public var secret: Secret?
    /// A claim on persistent storage.
    public var persistentVolumeClaim: Claim?
    /// A folder that is empty at first.
    public var emptyDir: EmptyDirectory?
    /// A folder of an NFS server.
    public var nfs: NFS?

    /// Makes a volume; set exactly one kind.
    public init(name: String) { self.name = name }

    /// How many kinds are set.
    var kinds: Int {
        [configMap != nil, secret != nil, persistentVolumeClaim != nil, emptyDir != nil, nfs != nil].count { $0 }
    }
}

/// Where a volume appears in the trainer's container, as `core/v1` has it.
public struct VolumeMount: Sendable, Hashable, Codable {
    /// The volume's name.
    public var name: String
    /// The path in the container.
    public var mountPath: String
    /// The path within the volume; its root where left out.
    public var subPath: String?
    /// Whether the container may not write to it.
    public var readOnly: Bool?

    /// Mounts a volume.
    public init(name: String, mountPath: String) {
        self.name = name
        self.mountPath = mountPath
    }
}
