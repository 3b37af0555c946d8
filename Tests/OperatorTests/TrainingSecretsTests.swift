import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

struct TrainingSecretsTests {
    private func objects(_ source: SourceSpec?) -> TrainingObjects {
        var spec = TrainingJobSpec(modelRef: LocalReference(name: "web"))
        spec.source = source
        let job = TrainingJob(metadata: ObjectMeta(name: "web-1", namespace: "shop", uid: "j"), spec: spec)
        return TrainingObjects(job: job, defaultImage: "presage", run: "{}", championConfigMaps: [])
    }

    private var protected: SourceSpec {
        var prometheus = PrometheusSource(url: "https://prometheus")
        prometheus.auth = SourceAuth(bearerToken: KeyReference(name: "login", key: "token"))
        prometheus.tls = SourceTLS()
        prometheus.tls?.ca = KeyReference(name: "authority", key: "ca.crt")
        return SourceSpec(prometheus: prometheus)
    }

    @Test func `the Secret entries of a source become files of the pod, and nothing else of the Secrets does`() throws {
        let pod = objects(protected).podSpec
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

    @Test func `a source without Secrets mounts none`() {
        for source in [nil, SourceSpec(csv: CSVSource(path: "a.csv")), SourceSpec(prometheus: .init(url: "http://p"))] {
            let volumes = objects(source).podSpec["volumes"]?.arrayValue ?? []
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
