import Autoscaler
import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import Testing

@testable import Operator

/// Which objects go, decided from what is known alone.
struct RegistrySweepTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let root = VersionManifest.Store(bucket: "b", prefix: "presage/demo/shop/m-1/")

    private func digest(_ letter: Character) -> String { String(repeating: letter, count: 64) }

    private func object(_ run: String, _ letter: Character, age: TimeInterval = 0) -> S3Object {
        S3Object(key: "\(root.prefix)\(run)/\(digest(letter))", size: 1, modified: now.addingTimeInterval(-age))
    }

    private func manifest(_ run: String, _ letters: String, refresh: String? = nil) -> VersionManifest {
        func chunks(_ letters: String) -> [VersionManifest.Chunk] {
            letters.map { VersionManifest.Chunk(name: "c", bytes: 1, sha256: digest($0)) }
        }
        var manifest = VersionManifest(
            model: .init(namespace: "demo", name: "shop", uid: "m-1"),
            trainingJob: .init(namespace: "demo", name: run, uid: run), algorithm: "", challengerAlgorithm: "",
            engineVersion: "", trainedAt: now, historyStart: now, historyEnd: now, cut: now, historyDigest: "",
            series: 1, failedSeries: [], scores: .init(), championVersion: nil, winner: .challenger, reason: "",
            stages: [], chunks: chunks(letters), artifactDigest: "")
        manifest.store = root
        manifest.store?.prefix += "\(run)/"
        if let refresh {
            var shard = VersionManifest.Shard(index: 0, count: 1, attempted: 1, failed: 0, tally: .init())
            shard.refresh = .init(algorithm: "", series: 1, chunks: chunks(refresh))
            manifest.shard = shard
        }
        return manifest
    }

    private func surplus(
        _ objects: [S3Object], _ manifests: [VersionManifest], _ runs: [String: Bool], date: Date? = nil
    ) -> Set<String> {
        var listing = S3Listing()
        listing.objects = objects
        listing.date = date ?? now
        let keys = RegistrySweep.surplus(
            listing, root: root, manifests: manifests, runs: runs.map { .init(uid: $0, isFinished: $1) }, now: now)
        return Set(keys.map { String($0.dropFirst(root.prefix.count).prefix { $0 != "/" } + ":" + $0.suffix(1)) })
    }

    @Test func `of a run that has ended only what its manifest names stays`() {
        let objects = [object("r1", "a"), object("r1", "b"), object("r2", "a")]
        #expect(surplus(objects, [manifest("r1", "a")], ["r1": true, "r2": true]) == ["r1:b", "r2:a"])
    }

    @Test func `what a run that is at work has written is left alone, however old it is`() {
        #expect(surplus([object("r1", "a", age: 1e7)], [], ["r1": false]) == [])
    }

    @Test func `both recipes of a shard stay until the shards are merged`() {
        let objects = [object("r1", "a"), object("r1", "b"), object("r1", "c")]
        #expect(surplus(objects, [manifest("r1", "a", refresh: "b")], ["r1": true]) == ["r1:c"])
    }

    @Test func `of a run that nobody knows what is named stays, and the rest goes after an hour by the store's clock`()
    {
        let objects = [object("r1", "a", age: 1e7), object("r1", "b", age: 3700), object("r1", "c", age: 3500)]
        #expect(surplus(objects, [manifest("r1", "a")], [:]) == ["r1:b"])
        // The operator's clock may be wrong by a day.
        #expect(surplus(objects, [manifest("r1", "a")], [:], date: now.addingTimeInterval(-86_400)) == [])
    }

    @Test func `the same digest in another run's folder, or another bucket, is another object`() {
        var elsewhere = manifest("r2", "a")
        elsewhere.store?.prefix = "presage/demo/shop/m-0/r2/"
        #expect(surplus([object("r2", "a")], [manifest("r1", "a"), elsewhere], ["r2": true]) == ["r2:a"])
    }

    @Test func `what others have put below the folder is left alone`() {
        let objects = ["readme.txt", "r1/notes.txt", "r1/deep/\(digest("a"))", "r1/\(digest("A"))", "/\(digest("a"))"]
            .map { S3Object(key: root.prefix + $0, size: 1, modified: .distantPast) }
        #expect(surplus(objects, [], ["r1": true]) == [])
        #expect(surplus([S3Object(key: "r1/\(digest("a"))", size: 1, modified: .distantPast)], [], ["r1": true]) == [])
    }

    @Test func `a version's Secret is the one that its model names now, as long as it names the same bucket`() throws {
        var folder = S3Folder(bucket: "b")
        folder.credentialsSecret = LocalReference(name: "new")
        var spec = ForecastModelSpec(source: SourceSpec(csv: CSVSource(path: "a")))
        spec.registry = RegistrySpec(s3: folder)
        var store = root
        store.credentialsSecret = "old"
        spec.registry?.s3?.tls = SourceTLS()
        spec.registry?.s3?.tls?.ca = KeyReference(name: "authority", key: "ca.crt")
        #expect(RegistryFolder.current(store, of: spec).credentialsSecret == "new")
        #expect(RegistryFolder.current(store, of: spec).ca == .init(name: "authority", key: "ca.crt"))
        #expect(RegistryFolder.current(store, of: spec).insecureSkipVerify == nil, "what is not said is not stored")
        #expect(RegistryFolder.current(store, of: nil).credentialsSecret == "old")
        spec.registry?.s3?.bucket = "other"
        #expect(RegistryFolder.current(store, of: spec).credentialsSecret == "old")
    }

    @Test func `a folder is the model's and the run's own`() {
        let model = ForecastModel(
            metadata: ObjectMeta(name: "shop", namespace: "demo", uid: "m-1"),
            spec: ForecastModelSpec(source: SourceSpec(csv: CSVSource(path: "a"))))
        let store = RegistryFolder.store(S3Folder(bucket: "b"), of: model, run: "r-1")
        #expect(store.prefix == "presage/demo/shop/m-1/r-1/")
        #expect(RegistryFolder.model(of: store) == "shop")
        #expect(
            store.key(of: .init(name: "shop-1-artifact-0", bytes: 1, sha256: digest("a")))
                == "presage/demo/shop/m-1/r-1/\(digest("a"))")
    }
}

struct SteadyTextTests {
    @Test func `a message that differs in numbers alone stays as it was`() {
        let old = "cannot connect (after 3 ms)"
        #expect(SteadyText.choose("cannot connect (after 1250 ms)", over: old) == old)
        #expect(SteadyText.choose("the bucket is gone", over: old) == "the bucket is gone")
        #expect(SteadyText.choose("first", over: nil) == "first")
    }
}
