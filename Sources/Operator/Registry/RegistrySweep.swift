import Foundation
import ModelRegistry
import ObjectStore

/// Which objects below a model's folder no version needs.
///
/// Pure. What is read is read in this order, so that each *no* still holds when the next is asked: the runs, then the
/// manifests, then the objects. A run that had ended before the manifests were read publishes none after that, for its
/// rights were taken back; a run that is not known may have been made later, so its objects have to be an hour old.
enum RegistrySweep {
    /// How old an object has to be, by the store's own clock, where its run is unknown.
    static let grace: TimeInterval = 3600

    /// A training run, as far as it matters here.
    struct Run: Hashable, Sendable {
        var uid: String
        var isFinished: Bool
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - listing: what is below the model's folder.
    ///   - root: the model's folder.
    ///   - manifests: all manifests of the model, those of shards and of versions that are being deleted among them.
    ///   - runs: all runs in the model's namespace.
    /// - Returns: the keys to delete.
    static func surplus(
        _ listing: S3Listing, root: VersionManifest.Store, manifests: [VersionManifest], runs: [Run], now: Date
    ) -> [String] {
        var named: Set<String> = []
        for manifest in manifests {
            guard let store = manifest.store else { continue }
            for chunk in manifest.chunks + (manifest.shard?.refresh?.chunks ?? []) {
                named.insert(store.key(of: chunk))
            }
        }
        let isFinished = Dictionary(runs.map { ($0.uid, $0.isFinished) }, uniquingKeysWith: { $0 && $1 })
        let date = listing.date ?? now
        return listing.objects.filter { object in
            // What somebody else has put there is left alone.
            guard let (run, _) = RegistryFolder.parse(object.key, below: root.prefix), !named.contains(object.key)
            else {
                return false
            }
            return isFinished[run] ?? (date.timeIntervalSince(object.modified) > grace)
        }.map(\.key)
    }
}
