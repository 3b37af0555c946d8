import Autoscaler
import ModelRegistry

/// Where in an object store the versions of a model lie: `<prefix>/<namespace>/<model>/<model's uid>/<run's uid>/<digest>`.
///
/// The model's uid keeps two clusters apart that share a bucket and call their models the same: each clears away only what
/// is below its own. The run's uid keeps late writers out of every version but their own.
enum RegistryFolder {
    /// A model's folder.
    static func root(_ folder: S3Folder, of model: ForecastModel) -> VersionManifest.Store {
        var store = VersionManifest.Store(
            bucket: folder.bucket, prefix: "\(folder.prefix)/\(model.namespace)/\(model.name)/\(model.uid)/",
            region: folder.region, endpoint: folder.endpoint, pathStyle: folder.pathStyle)
        access(folder, &store)
        return store
    }

    /// A run's folder, below its model's.
    static func store(_ folder: S3Folder, of model: ForecastModel, run: String) -> VersionManifest.Store {
        var store = root(folder, of: model)
        store.prefix += "\(run)/"
        return store
    }

    /// A version's folder with the Secrets that open it now: where the model still names the same bucket its Secrets, for
    /// those that are rotated may have got another name since, else those that the version was written with.
    static func current(_ store: VersionManifest.Store, of spec: ForecastModelSpec?) -> VersionManifest.Store {
        guard let folder = spec?.registry?.s3, folder.endpoint == store.endpoint, folder.bucket == store.bucket else {
            return store
        }
        var store = store
        access(folder, &store)
        return store
    }

    /// How the store is reached, as the model says.
    private static func access(_ folder: S3Folder, _ store: inout VersionManifest.Store) {
        store.credentialsSecret = folder.credentialsSecret?.name
        store.ca = folder.tls?.ca.map { .init(name: $0.name, key: $0.key) }
        store.insecureSkipVerify = folder.tls?.insecureSkipVerify == true ? true : nil
    }

    /// The name of the model that a run's folder is below.
    static func model(of store: VersionManifest.Store) -> String? {
        let parts = store.prefix.split(separator: "/")
        return parts.count >= 4 ? String(parts[parts.count - 3]) : nil
    }

    /// The run and the digest that an object's key below a model's folder names; nil where it is not one of ours.
    static func parse(_ key: String, below root: String) -> (run: String, digest: String)? {
        guard key.hasPrefix(root) else { return nil }
        let parts = key.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, isDigest(parts[1]) else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    /// Whether this is how objects are called: 64 hexadecimal digits.
    static func isDigest(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
