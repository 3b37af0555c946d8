import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient
import ModelRegistry
import Testing

@testable import Operator

struct TrainingSecretsTests {
    private func objects(_ source: SourceSpec?) -> TrainingObjects {
        var spec = TrainingJobSpec(modelRef: LocalReference(name: "web"))
        spec.source = source
        let job = TrainingJob(metadata: ObjectMeta(name: "web-1", namespace: "shop", uid: "j"), spec: spec)
        return TrainingObjects(job: job, defaultImage: "presage", run: run, document: "{}", championConfigMaps: [])
    }

    private var run: TrainingRun {
        TrainingRun(
            model: .init(namespace: "shop", name: "web", uid: "m"),
            trainingJob: .init(namespace: "shop", name: "web-1", uid: "j"), asOf: Date(timeIntervalSince1970: 0),
            source: .init(), algorithm: AlgorithmSettings(name: .naive), horizonSeconds: 3600, holdoutSeconds: nil,
            minimumImprovement: 0, scoresBaseline: true, champion: nil, artifact: .init(name: "web-1-artifact"))
    }

    private var protected: SourceSpec {
        var prometheus = PrometheusSource(url: "https://prometheus")
        prometheus.auth = SourceAuth(bearerToken: KeyReference(name: "login", key: "token"))
        prometheus.tls = SourceTLS()
        prometheus.tls?.ca = KeyReference(name: "authority", key: "ca.crt")
        return SourceSpec(prometheus: prometheus)
    }

    @Test func `the Secret entries of a source become files of the pod, and nothing else of the Secrets does`() throws {
        let pod = try objects(protected).podSpec
        let volumes = try #require(pod["volumes"]?.arrayValue)
        let volume = try #require(volumes.first { $0["name"] == "secrets" })
        #expect(
            volume["projected", "sources"] == [
                ["secret": ["name": "login", "items": [["key": "token", "path": "prometheus-token"]]]],
                ["secret": ["name": "authority", "items": [["key": "ca.crt", "path": "prometheus-ca.pem"]]]],
            ])
        #expect(volume["projected", "defaultMode"] == 0o440)
        let mounts = try #require(pod["containers", 0, "volumeMounts"]?.arrayValue)
        #expect(
            mounts.contains([
                "name": "secrets", "mountPath": .string(TrainingObjects.MountPath.secrets), "readOnly": true,
            ])
        )
    }

    @Test func `the keys of a store's and a database's Secret become files, a session token only where there is one`()
        throws
    {
        var csv = CSVSource()
        csv.s3 = S3Location(bucket: "b", key: "k")
        csv.s3?.credentialsSecret = LocalReference(name: "s3-login")
        csv.s3?.tls = SourceTLS()
        csv.s3?.tls?.ca = KeyReference(name: "authority", key: "minio.crt")
        var postgresql = PostgreSQLSource(host: "h", database: "d", query: "q")
        postgresql.credentialsSecret = LocalReference(name: "reader")
        postgresql.ca = KeyReference(name: "authority", key: "ca.crt")
        func sources(_ source: SourceSpec) throws -> JSONValue? {
            let volumes = try #require(try objects(source).podSpec["volumes"]?.arrayValue)
            return volumes.first { $0["name"] == "secrets" }?["projected", "sources"]
        }
        func entry(_ secret: JSONValue, _ key: JSONValue, _ path: JSONValue) -> JSONValue {
            ["secret": ["name": secret, "items": [["key": key, "path": path]]]]
        }
        func accessKey(_ secret: JSONValue, _ store: String) -> [JSONValue] {
            var token = entry(secret, "sessionToken", .string("\(store)-session-token"))
            token["secret", "optional"] = true
            return [
                entry(secret, "accessKeyID", .string("\(store)-access-key-id")),
                entry(secret, "secretAccessKey", .string("\(store)-secret-access-key")), token,
            ]
        }
        let authority = entry("authority", "minio.crt", "s3-ca.pem")
        #expect(try sources(SourceSpec(csv: csv)) == .array(accessKey("s3-login", "s3") + [authority]))
        let run = TrainingRunBuilder.source(SourceSpec(csv: csv), target: nil, containers: nil)
        #expect(run.s3?.caFile == "../secrets/s3-ca.pem" && run.s3?.insecureSkipVerify == false)
        var prometheus = PrometheusSource(url: "https://aps")
        prometheus.sigv4 = SourceSigV4(region: "eu-central-1", credentialsSecret: LocalReference(name: "aps-login"))
        #expect(
            try sources(SourceSpec(prometheus: prometheus)) == .array(accessKey("aps-login", "prometheus")))
        let signed = TrainingRunBuilder.source(SourceSpec(prometheus: prometheus), target: nil, containers: nil)
            .prometheus
        #expect(signed?.signingRegion == "eu-central-1")
        #expect(signed?.accessKeyIDFile == "../secrets/prometheus-access-key-id")
        #expect(signed?.secretAccessKeyFile == "../secrets/prometheus-secret-access-key")
        #expect(signed?.sessionTokenFile == "../secrets/prometheus-session-token")
        #expect(
            try sources(SourceSpec(postgresql: postgresql)) == [
                entry("reader", "username", "postgresql-username"), entry("reader", "password", "postgresql-password"),
                entry("authority", "ca.crt", "postgresql-ca.pem"),
            ])
    }

    @Test func `a table at an address is fetched with an entry of a Secret`() throws {
        var csv = CSVSource()
        csv.url = "https://tables"
        csv.auth = SourceAuth(
            username: KeyReference(name: "login", key: "user"), password: KeyReference(name: "login", key: "word"))
        let volumes = try #require(try objects(SourceSpec(csv: csv)).podSpec["volumes"]?.arrayValue)
        #expect(
            volumes.first { $0["name"] == "secrets" }?["projected", "sources"] == [
                ["secret": ["name": "login", "items": [["key": "user", "path": "csv-username"]]]],
                ["secret": ["name": "login", "items": [["key": "word", "path": "csv-password"]]]],
            ])
        let run = TrainingRunBuilder.source(SourceSpec(csv: csv), target: nil, containers: nil)
        #expect(run.access?.usernameFile == "../secrets/csv-username")
        #expect(run.access?.passwordFile == "../secrets/csv-password" && run.access?.tokenFile == nil)
    }

    @Test func `the run document names the files that are mounted, and only those`() throws {
        let run = TrainingRunBuilder.source(
            protected, target: TargetReference(name: "web"), containers: ["app", "proxy"])
        #expect(run.prometheus?.tokenFile == "../secrets/prometheus-token")
        #expect(run.prometheus?.caFile == "../secrets/prometheus-ca.pem")
        #expect(run.prometheus?.passwordFile == nil)
        #expect(run.prometheus?.deployment == "web" && run.prometheus?.containers == ["app", "proxy"])
        let text = try JSONValue(encoding: run).jsonString([])
        #expect(!text.contains("login") && !text.contains("authority"))
    }

    @Test func `a cache's folder reaches the run document, and changes nothing that a training depends on`() throws {
        func source(_ cache: SourceCacheSpec?) -> SourceSpec {
            var prometheus = PrometheusSource(url: "http://p")
            prometheus.cache = cache
            return SourceSpec(prometheus: prometheus)
        }
        let kept = source(SourceCacheSpec(path: "/cache/shop"))
        let run = TrainingRunBuilder.source(kept, target: TargetReference(name: "web"), containers: nil)
        #expect(run.prometheus?.cache == .init(path: "/cache/shop", overlapSeconds: 21_600, maximumBytes: 1 << 30))
        func digest(_ source: SourceSpec) throws -> String {
            try TrainingNeed.digest(
                of: ForecastModel(
                    metadata: ObjectMeta(name: "web", namespace: "shop", uid: "m"),
                    spec: ForecastModelSpec(source: source)))
        }
        #expect(try digest(kept) == digest(source(nil)))
    }

    @Test func `a store's authority becomes a file for each version that is read, also where no key is needed`() throws
    {
        var store = VersionManifest.Store(bucket: "b", prefix: "p/")
        store.ca = .init(name: "authority", key: "ca.crt")
        var run = self.run
        run.artifact.objects = TrainingSecrets.objects(store, for: .registry)
        run.champion = .init(version: 1, directory: "champion", manifest: "m")
        store.credentialsSecret = "login"
        run.champion?.objects = TrainingSecrets.objects(store, for: .champion)
        #expect(run.artifact.objects?.caFile == "../secrets/registry-ca.pem")
        #expect(run.artifact.objects?.accessKeyIDFile == nil && run.champion?.objects?.accessKeyIDFile != nil)
        let entries = TrainingSecrets.entries(of: run)
        #expect(
            entries.map(\.file) == [
                .registryCA, .championAccessKeyID, .championSecretAccessKey, .championSessionToken, .championCA,
            ])
        #expect(entries.first?.secret == KeyReference(name: "authority", key: "ca.crt"))
    }

    @Test func `a source without Secrets mounts none`() throws {
        for source in [nil, SourceSpec(csv: CSVSource(path: "a.csv")), SourceSpec(prometheus: .init(url: "http://p"))] {
            let volumes = try objects(source).podSpec["volumes"]?.arrayValue ?? []
            #expect(!volumes.contains { $0["name"] == "secrets" })
        }
    }

    @Test func `the document's paths lead from its own folder to the mounted files`() {
        for file in TrainingSecrets.File.allCases {
            #expect(file.path == "../secrets/\(file.rawValue)")
        }
        #expect(TrainingObjects.MountPath.secrets == "/etc/presage/secrets")
        #expect(TrainingObjects.MountPath.run == "/etc/presage/run")
    }
}
