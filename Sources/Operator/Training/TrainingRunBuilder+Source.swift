import Autoscaler
import ModelRegistry

extension TrainingRunBuilder {
    /// The source as the pod sees it: Secrets and ConfigMaps as the files that they are mounted at.
    static func source(
        _ spec: SourceSpec, target: TargetReference?, containers: [String]?
    ) -> TrainingRun.Source {
        var source = TrainingRun.Source(recorded: spec.isRecorded)
        if let csv = spec.csv {
            source.path = csv.path
            source.url = csv.url
            if let entry = csv.configMap { source.path = "../source/\(entry.key)" }
            if csv.url != nil, csv.auth != nil || csv.tls != nil { source.access = access(csv.auth, csv.tls) }
            source.s3 = csv.s3.map(s3)
            source.columns = csv.columns.map(names)
        }
        source.prometheus = spec.prometheus.map { prometheus($0, target: target, containers: containers) }
        if let query = spec.postgresql {
            source.postgresql = postgresql(query)
            source.columns = query.columns.map(names)
        }
        return source
    }

    private static func prometheus(
        _ spec: PrometheusSource, target: TargetReference?, containers: [String]?
    ) -> TrainingRun.Prometheus {
        var run = TrainingRun.Prometheus(
            url: spec.url, stepSeconds: spec.step.seconds, windowSeconds: spec.window.seconds,
            deployment: target?.name)
        run.containers = target == nil ? nil : containers
        run.matchLabels = spec.matchLabels
        run.cpuQuery = spec.cpuQuery
        run.memoryQuery = spec.memoryQuery
        run.containerLabel = spec.containerLabel
        run.podLabel = spec.podLabel
        run.minimumCoveragePercent = spec.minimumCoveragePercent
        run.tenant = spec.tenant
        run.cache = spec.cache.map {
            TrainingRun.SourceCache(
                path: $0.path, overlapSeconds: $0.overlap.seconds,
                maximumBytes: Int(min($0.maximumSize.doubleValue, 1e15)))
        }
        run.tokenFile = path(.prometheusToken, spec.auth?.bearerToken)
        run.usernameFile = path(.prometheusUsername, spec.auth?.username)
        run.passwordFile = path(.prometheusPassword, spec.auth?.password)
        run.signingRegion = spec.sigv4?.region
        run.accessKeyIDFile = path(.prometheusAccessKeyID, spec.sigv4)
        run.secretAccessKeyFile = path(.prometheusSecretAccessKey, spec.sigv4)
        run.sessionTokenFile = path(.prometheusSessionToken, spec.sigv4)
        run.caFile = path(.prometheusCA, spec.tls?.ca)
        run.insecureSkipVerify = spec.tls?.insecureSkipVerify
        return run
    }

    private static func access(_ auth: SourceAuth?, _ tls: SourceTLS?) -> TrainingRun.HTTPAccess {
        var run = TrainingRun.HTTPAccess()
        run.tokenFile = path(.csvToken, auth?.bearerToken)
        run.usernameFile = path(.csvUsername, auth?.username)
        run.passwordFile = path(.csvPassword, auth?.password)
        run.caFile = path(.csvCA, tls?.ca)
        run.insecureSkipVerify = tls?.insecureSkipVerify
        return run
    }

    private static func s3(_ spec: S3Location) -> TrainingRun.S3 {
        var run = TrainingRun.S3(
            bucket: spec.bucket, key: spec.key, region: spec.region, endpoint: spec.endpoint, pathStyle: spec.pathStyle)
        run.accessKeyIDFile = path(.s3AccessKeyID, spec.credentialsSecret)
        run.secretAccessKeyFile = path(.s3SecretAccessKey, spec.credentialsSecret)
        run.sessionTokenFile = path(.s3SessionToken, spec.credentialsSecret)
        run.caFile = path(.s3CA, spec.tls?.ca)
        run.insecureSkipVerify = spec.tls?.insecureSkipVerify
        return run
    }

    private static func postgresql(_ spec: PostgreSQLSource) -> TrainingRun.PostgreSQL {
        var run = TrainingRun.PostgreSQL(
            host: spec.host, port: spec.port, database: spec.database, query: spec.query, timeZone: spec.timeZone,
            sslMode: spec.sslMode.rawValue, statementTimeoutSeconds: spec.statementTimeout.seconds)
        run.usernameFile = path(.postgresqlUsername, spec.credentialsSecret)
        run.passwordFile = path(.postgresqlPassword, spec.credentialsSecret)
        run.caFile = path(.postgresqlCA, spec.ca)
        return run
    }

    /// The file of an entry, where a Secret is referred to.
    private static func path(_ file: TrainingSecrets.File, _ secret: (some Any)?) -> String? {
        secret == nil ? nil : file.path
    }

    private static func names(_ columns: CSVColumns) -> [String: String] {
        let all = [
            "timestamp": columns.timestamp, "container": columns.container, "cpu": columns.cpu,
            "memory": columns.memory, "pod": columns.pod, "unique_id": columns.id, "ds": columns.time,
            "y": columns.value,
        ]
        return all.compactMapValues { $0 }
    }
}
