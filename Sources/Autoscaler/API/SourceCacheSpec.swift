/// A folder, in a volume that outlives a pod, where parts of a history are kept that change no more.
public struct SourceCacheSpec: Sendable, Hashable, Codable {
    /// The folder in the pod, at or below a path of `training.volumeMounts`.
    public var path: String
    /// How far back from the present values may still change or appear: that much is asked for anew every time.
    public var overlap = TimeSpan.hours(6)
    /// How large the folder becomes at most; what was used longest ago goes first.
    public var maximumSize = Quantity(1 << 30, format: .binary)

    /// Makes a cache with the defaults.
    public init(path: String) { self.path = path }

    /// Reads a cache over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        try container.read(.overlap, into: &overlap)
        try container.read(.maximumSize, into: &maximumSize)
    }
}

extension SourceCacheSpec {
    /// Checks that the folder is in a volume that outlives a pod.
    func validate(at path: String, mountedBy pod: PodSettings) -> [SpecError] {
        let mount = (pod.volumeMounts ?? []).filter { "\(self.path)/".hasPrefix("\($0.mountPath)/") }
            .max { $0.mountPath.utf8.count < $1.mountPath.utf8.count }
        let volume = mount.flatMap { mount in pod.volumes?.first { $0.name == mount.name } }
        guard let volume, volume.emptyDir == nil else {
            let what = mount == nil ? "is in no volume" : "is in a volume that goes with its pod"
            return [
                SpecError(
                    .invalidValue, field: "\(path).path",
                    "\(self.path) \(what): mount one that outlives a pod, such as a PersistentVolumeClaim, there or above it "
                        + "by spec.training.volumes and spec.training.volumeMounts")
            ]
        }
        return []
    }

    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if !self.path.hasPrefix("/") || self.path == "/" || self.path.contains("/../") || self.path.hasSuffix("/..") {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).path",
                    "“\(self.path)” is no folder: begin it with /, at or below a path of training.volumeMounts"))
        }
        if self.path == "/tmp" || self.path.hasPrefix("/tmp/") {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).path",
                    "/tmp goes with its pod, so nothing would be left for the next run: mount a PersistentVolumeClaim by "
                        + "training.volumes and training.volumeMounts"))
        }
        if maximumSize.doubleValue < 1 {
            errors.append(
                SpecError(.invalidValue, field: "\(path).maximumSize", "must be at least 1 byte, such as 1Gi"))
        }
        return errors
    }
}
