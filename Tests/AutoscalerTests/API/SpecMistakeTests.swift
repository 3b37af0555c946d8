import Autoscaler
import Foundation
import Testing

/// What is wrong in a spec is told with its field and what to do.
struct SpecMistakeTests {
    private func model(_ json: String) throws -> ForecastModelSpec {
        try JSONDecoder().decode(ForecastModelSpec.self, from: Data(json.utf8))
    }

    private func mistakes(_ json: String) throws -> [String] { try model(json).validate().map(\.description) }

    @Test(arguments: [
        (
            #"{"source": {"csv": {"path": "a"}, "postgresql": {"host": "h", "database": "d", "query": "q"}}}"#,
            "spec.source: 2 sources are named, csv and postgresql"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p"}}}"#,
            "spec.source.prometheus.cpuQuery: the ready-made queries ask about a target's pods"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cpuQuery": "q", "minimumCoveragePercent": 101}}}"#,
            "spec.source.prometheus.minimumCoveragePercent"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cpuQuery": "q", "podLabel": "a-b"}}}"#,
            "spec.source.prometheus.podLabel"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cpuQuery": "q", "tenant": "a b"}}}"#,
            "spec.source.prometheus.tenant"
        ),
        (
            #"{"source": {"postgresql": {"host": "user@h:5432", "database": "d", "query": "q"}}}"#,
            "spec.source.postgresql.host: “user@h:5432” is no host"
        ),
        (
            #"{"source": {"postgresql": {"host": "h", "database": "d", "query": " "}}}"#,
            "spec.source.postgresql.query: write a SELECT"
        ),
        (
            #"{"source": {"postgresql": {"host": "h", "database": "d", "query": "q", "timeZone": "Mars"}}}"#,
            "spec.source.postgresql.timeZone: “Mars” is no time zone"
        ),
        (
            #"{"source": {"postgresql": {"host": "h", "database": "d", "query": "q", "timeZone": "UTC+02:00"}}}"#,
            "spec.source.postgresql.timeZone: “UTC+02:00” is read by PostgreSQL with the other sign"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cpuQuery": "a", "auth": {"bearerToken": {"name": "a", "key": "b"}}, "sigv4": {"region": "r", "credentialsSecret": {"name": "s"}}}}}"#,
            "spec.source.prometheus: auth and sigv4 exclude each other"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://vm:8428/?token=s3cret", "cpuQuery": "a"}}}"#,
            "spec.source.prometheus.url: what follows ? or #"
        ),
        (
            #"{"source": {"postgresql": {"host": "h", "database": "d", "query": "q", "ca": {"name": "a", "key": "b"}}}}"#,
            "spec.source.postgresql.sslMode: prefer talks in plain text"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"postgresql": {"host": "h", "database": "d", "sslMode": "allow", "ca": {"name": "a", "key": "b"}}}}"#,
            "spec.output.postgresql.sslMode: allow talks in plain text"
        ),
        (
            #"{"source": {"csv": {"path": "a", "auth": {"bearerToken": {"name": "a", "key": "b"}}}}}"#,
            "spec.source.csv.auth: is for url alone"
        ),
        (
            #"{"source": {"csv": {"url": "http://a", "auth": {"password": {"name": "a", "key": "b"}}}}}"#,
            "spec.source.csv.auth: username and password are needed together"
        ),
        (#"{"source": {}}"#, "spec.source: name one source"),
        (
            #"{"source": {"csv": {"path": "a"}, "prometheus": {"url": "http://p"}}}"#,
            "spec.source: 2 sources are named, prometheus and csv"
        ),
        (#"{"source": {"csv": {"path": "a", "url": "http://b"}}}"#, "spec.source.csv: 2 places are named (path, url)"),
        (#"{"source": {"csv": {"path": "a"}}, "output": {}}"#, "spec.output: name one place"),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"csv": {"path": "/a"}, "s3": {"bucket": "b", "key": "k"}}}"#,
            "spec.output: 2 places are named (s3, csv)"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"csv": {"path": "a"}}}"#,
            "spec.output.csv.path: “a” is no file"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"s3": {"bucket": "b", "key": "k/"}}}"#,
            "spec.output.s3.key: “k/” names no object"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"postgresql": {"host": "u:p@h", "database": "d"}}}"#,
            "spec.output.postgresql.host"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"postgresql": {"host": "h", "database": "d", "table": "a.b.c"}}}"#,
            "spec.output.postgresql.table: “a.b.c” is no table"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "output": {"csv": {"path": "/a"}, "horizon": "0s"}}"#,
            "spec.output.horizon"
        ),
        (#"{"source": {"csv": {"url": "ftp://b"}}}"#, "spec.source.csv.url: “ftp://b” is no address"),
        (
            #"{"targetRef": {"name": "a"}, "source": {"prometheus": {"url": "http://user:hunter2@p"}}}"#,
            "spec.source.prometheus.url: an address must not hold a password"
        ),
        (
            #"{"targetRef": {"name": "a"}, "source": {"prometheus": {"url": "http://p", "step": "1d", "window": "1h"}}}"#,
            "spec.source.prometheus.window"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cpuQuery": "q", "auth": {"username": {"name": "a", "key": "b"}}}}}"#,
            "username and password are needed together"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "scaling": {"mode": "Apply"}}"#, "spec.targetRef: scaling.mode is Apply"),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"containers": [{"name": "a"}, {"name": "a"}]}}"#,
            "spec.scaling.containers[1].name: “a” is named twice"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"containers": [{"name": "a", "requestPercent": 130, "limitPercent": 120}]}}"#,
            "130% is above limitPercent"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"containers": [{"name": "a", "minAllowed": {"memory": "-1Gi"}}]}}"#,
            "minAllowed.memory: must not be negative"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"windows": [{"start": "24:00", "end": "04:00"}]}}"#,
            "spec.scaling.windows[0].start: “24:00” is no time of day"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"windows": [{"start": "22:00", "end": "04:00", "timeZone": "Mars"}]}}"#,
            "spec.scaling.windows[0].timeZone"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "training": {"schedule": "daily"}}"#, "spec.training.schedule"),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"schedule": "@daily", "timeZone": "Mars"}}"#,
            "spec.training.timeZone: “Mars” is no time zone"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "algorithm": {"countryHolidays": "XX"}}"#,
            "spec.algorithm.countryHolidays: must be one of BR"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "algorithm": {"extraRegressors": [{"name": "trend"}]}}"#,
            "the name \"trend\" is reserved"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "training": {"parallelism": 0}}"#, "spec.training.parallelism"),
        (#"{"source": {"csv": {"path": "a"}}, "training": {"holdout": "0s"}}"#, "spec.training.holdout"),
        (
            #"{"source": {"csv": {"path": "a"}}, "promotion": {"minimumImprovement": 100}}"#,
            "spec.promotion.minimumImprovement"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "promotion": {"pinnedVersion": 0}}"#, "versions are counted from 1"),
        (#"{"source": {"csv": {"path": "a"}}, "algorithm": {"intervalWidth": 1}}"#, "spec.algorithm.intervalWidth"),
        (
            #"{"source": {"csv": {"path": "a"}}, "algorithm": {"weeklySeasonality": 0}}"#,
            "spec.algorithm.weeklySeasonality"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "algorithm": {"holidays": [{"name": "a", "dates": []}]}}"#,
            "spec.algorithm.holidays[0].dates"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"jitter": "5m"}}"#,
            "spec.training.schedule: jitter and startingDeadlineSeconds are about a schedule"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"schedule": "0 3 * * *", "startingDeadlineSeconds": -1}}"#,
            "spec.training.startingDeadlineSeconds: must not be negative"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"env": [{"name": "A"}, {"name": "A"}]}}"#,
            "spec.training.env[1].name: “A” is set twice"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"env": [{"name": "TMPDIR", "value": "/x"}]}}"#,
            "spec.training.env[0].name: “TMPDIR” is part of the trainer's contract"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"env": [{"name": "A", "valueFrom": {}}]}}"#,
            "spec.training.env[0].valueFrom: name exactly one of"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"env": [{"name": "A", "value": "", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]}}"#,
            "spec.training.env[0]: value and valueFrom exclude each other"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"volumes": [{"name": "run", "emptyDir": {}}]}}"#,
            "spec.training.volumes[0].name: “run” is a volume of the operator's own"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"volumes": [{"name": "a"}]}}"#,
            "spec.training.volumes[0]: name exactly one of configMap, secret"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"volumeMounts": [{"name": "a", "mountPath": "/a"}]}}"#,
            "spec.training.volumeMounts[0].name: there is no volume “a”"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"volumes": [{"name": "a", "emptyDir": {}}], "volumeMounts": [{"name": "a", "mountPath": "/etc/presage/run"}]}}"#,
            "spec.training.volumeMounts[0].mountPath: /etc/presage holds the run's own inputs"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"podLabels": {"presage.dev/model": "b"}}}"#,
            "spec.training.podLabels[presage.dev/model]: labels of presage.dev are the operator's"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}}}}"#,
            "spec.training.resources.requests.memory: 2Gi is above limits.memory (1Gi)"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"nodeSelector": {"disk": "very fast"}}}"#,
            "spec.training.nodeSelector[disk]: “very fast” is no label's value"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "training": {"podLabels": {"team": "a-"}}}"#,
            "spec.training.podLabels[team]: “a-” is no label's value"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"containers": [{"name": "a", "maxAllowed": {"memory": 4}}]}}"#,
            "spec.scaling.containers[0].maxAllowed.memory: 4 is below 1Mi: write bytes such as 4Gi"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "scaling": {"containers": [{"name": "a", "maxAllowed": {"cpu": "0"}}]}}"#,
            "spec.scaling.containers[0].maxAllowed.cpu: 0 is below 1m: write cores such as 4 or 500m"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "promotion": {"approvedVersion": 2, "rejectedVersion": 2}}"#,
            "spec.promotion.rejectedVersion: version 2 is approved and rejected"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "promotion": {"automaticRollback": {"afterRuns": 0}}}"#,
            "spec.promotion.automaticRollback.afterRuns: must be at least 1"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "promotion": {"automaticRollback": {"marginPercent": -1}}}"#,
            "spec.promotion.automaticRollback.marginPercent"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "registry": {}}"#, "spec.registry: name a store"),
        (
            #"{"source": {"csv": {"path": "a"}}, "registry": {"s3": {"bucket": "b", "endpoint": "http://me:secret@s3"}}}"#,
            "spec.registry.s3.endpoint: an address must not hold a password"
        ),
        (#"{"source": {"csv": {"path": "a"}}, "registry": {"s3": {"bucket": ""}}}"#, "spec.registry.s3.bucket"),
        (
            #"{"source": {"csv": {"path": "a"}}, "registry": {"s3": {"bucket": "b", "prefix": "a//b"}}}"#,
            "spec.registry.s3.prefix: “a//b” is no folder"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "registry": {"s3": {"bucket": "b", "prefix": "/a"}}}"#,
            "spec.registry.s3.prefix"
        ),
        (
            #"{"source": {"csv": {"path": "a"}}, "registry": {"s3": {"bucket": "b", "prefix": "a/../b"}}}"#,
            "spec.registry.s3.prefix"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cache": {"path": "cache"}}}, "targetRef": {"name": "a"}}"#,
            "spec.source.prometheus.cache.path: “cache” is no folder"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cache": {"path": "/tmp/cache"}}}, "targetRef": {"name": "a"}}"#,
            "spec.source.prometheus.cache.path: /tmp goes with its pod"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cache": {"path": "/cache"}}}, "targetRef": {"name": "a"}}"#,
            "spec.source.prometheus.cache.path: /cache is in no volume"
        ),
        (
            #"""
            {"source": {"prometheus": {"url": "http://p", "cache": {"path": "/cache/a"}}}, "targetRef": {"name": "a"},
             "training": {"volumes": [{"name": "c", "emptyDir": {}}], "volumeMounts": [{"name": "c", "mountPath": "/cache"}]}}
            """#,
            "spec.source.prometheus.cache.path: /cache/a is in a volume that goes with its pod"
        ),
        (
            #"{"source": {"prometheus": {"url": "http://p", "cache": {"path": "/c", "maximumSize": 0}}}, "targetRef": {"name": "a"}}"#,
            "spec.source.prometheus.cache.maximumSize"
        ),
    ])
    func `a mistake names the field and says what to do`(json: String, message: String) throws {
        let found = try mistakes(json)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test func `several mistakes are told at once, each with its field`() throws {
        let errors = try model(
            #"{"source": {"csv": {"path": "a"}}, "training": {"schedule": "61 3 * * *", "timeZone": "Mars"}}"#
        ).validate()
        let text = try #require(SpecError.together(errors)).description
        #expect(
            text.hasPrefix("spec.training.timeZone: “Mars” is no time zone")
                && text.contains("; spec.training.schedule: "))
        #expect(SpecError.together([]) == nil)
        #expect(SpecError.together([errors[0]]) == errors[0])
        let many = (0..<30).map { SpecError(.invalidValue, field: "f\($0)", "wrong") }
        #expect(SpecError.together(many)?.description.hasSuffix("f19: wrong; and 10 more mistakes") == true)
    }

    @Test func `a password in an address never reaches the message`() throws {
        let found = try mistakes(#"{"source": {"prometheus": {"url": "http://user:hunter2@p"}}}"#)
        #expect(!found.joined().contains("hunter2"))
    }
}
