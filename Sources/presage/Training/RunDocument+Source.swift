import DataSources
import Foundation
import HTTPTransport
import ModelRegistry
import ObjectStore
import PostgreSQL

extension RunDocument {
    /// What reads the run's history, with the credentials that its Secrets are mounted as.
    ///
    /// - Parameter patience: how long a server that is away is waited for.
    static func source(
        of run: TrainingRun, patience: Patience = .standard
    ) throws(TrainingFailure) -> any DataSource {
        var options = CSVOptions(columns: columns(run.source.columns ?? [:]))
        options.slice = run.slice
        options.until = run.source.recorded ? nil : Int(run.asOf.timeIntervalSince1970.rounded(.down))
        let reader = CSVReader(options: options)
        if let prometheus = run.source.prometheus { return try self.prometheus(prometheus, of: run, patience) }
        let retries = patience.retries
        if let s3 = run.source.s3 { return PatientSource(try object(s3, reader: reader), retries: retries) }
        if let query = run.source.postgresql {
            return PatientSource(try self.query(query, reader: reader), retries: retries)
        }
        if let url = run.source.url {
            return PatientSource(try address(url, run.source.access, reader: reader), retries: retries)
        }
        return CSVFileSource(path: run.source.path ?? "", reader: reader)
    }

    private static func prometheus(
        _ spec: TrainingRun.Prometheus, of run: TrainingRun, _ patience: Patience
    ) throws(TrainingFailure) -> PrometheusHistory {
        let field = "spec.source.prometheus"
        let target = spec.deployment.map {
            PrometheusHistory.Target(namespace: run.model.namespace, deployment: $0, containers: spec.containers)
        }
        var source = PrometheusHistory(
            url: spec.url, step: spec.stepSeconds, window: spec.windowSeconds,
            asOf: Int(run.asOf.timeIntervalSince1970.rounded(.down)), target: target)
        source.cpuQuery = spec.cpuQuery
        source.memoryQuery = spec.memoryQuery
        source.containerLabel = spec.containerLabel ?? source.containerLabel
        source.podLabel = spec.podLabel ?? source.podLabel
        source.matchLabels = spec.matchLabels ?? [:]
        source.minimumCoverage = spec.minimumCoveragePercent ?? source.minimumCoverage
        source.tenant = spec.tenant
        source.retries = patience.retries
        source.cache = spec.cache.map {
            SourceCache(path: $0.path, overlap: $0.overlapSeconds, maximumBytes: $0.maximumBytes)
        }
        var access = TrainingRun.HTTPAccess()
        access.tokenFile = spec.tokenFile
        access.usernameFile = spec.usernameFile
        access.passwordFile = spec.passwordFile
        access.caFile = spec.caFile
        access.insecureSkipVerify = spec.insecureSkipVerify
        let signature = try signature(spec, field: field)
        source.credentials = if let signature { signature } else { try credentials(access, field: field) }
        source.tls = try trust(access, field: field)
        return source
    }

    private static func signature(
        _ spec: TrainingRun.Prometheus, field: String
    ) throws(TrainingFailure) -> HTTPCredentials? {
        guard let region = spec.signingRegion else { return nil }
        let keys = try S3Credentials.mounted(
            id: spec.accessKeyIDFile, secret: spec.secretAccessKeyFile, token: spec.sessionTokenFile,
            of: "source.prometheus", field: "\(field).sigv4.credentialsSecret")
        guard let keys else { throw invalid("source.prometheus.signingRegion needs accessKeyIDFile") }
        return .signature(
            AWSSignature(
                accessKeyID: keys.accessKeyID, secretAccessKey: keys.secretAccessKey, sessionToken: keys.sessionToken,
                region: region, service: "aps"))
    }

    private static func address(
        _ url: String, _ access: TrainingRun.HTTPAccess?, reader: CSVReader
    ) throws(TrainingFailure) -> CSVURLSource {
        guard let access else { return CSVURLSource(url: url, reader: reader) }
        let field = "spec.source.csv"
        return CSVURLSource(
            url: url, reader: reader, credentials: try credentials(access, field: field),
            tls: try trust(access, field: field))
    }

    private static func credentials(
        _ access: TrainingRun.HTTPAccess, field: String
    ) throws(TrainingFailure) -> HTTPCredentials {
        if let token = try SecretFile.read(access.tokenFile, field: "\(field).auth.bearerToken") {
            return .bearer(token)
        }
        guard let user = try SecretFile.read(access.usernameFile, field: "\(field).auth.username") else { return .none }
        let password = try SecretFile.read(access.passwordFile, field: "\(field).auth.password")
        return .basic(user: user, password: password ?? "")
    }

    private static func trust(
        _ access: TrainingRun.HTTPAccess, field: String
    ) throws(TrainingFailure) -> TLSConfiguration {
        try .mounted(ca: access.caFile, insecureSkipVerify: access.insecureSkipVerify, field: field)
    }

    private static func object(_ spec: TrainingRun.S3, reader: CSVReader) throws(TrainingFailure) -> CSVObjectSource {
        let (bucket, client) = try spec.mounted(of: "source.s3", field: "spec.source.csv.s3")
        return CSVObjectSource(bucket: bucket, key: spec.key, reader: reader, client: client)
    }

    private static func query(
        _ spec: TrainingRun.PostgreSQL, reader: CSVReader
    ) throws(TrainingFailure) -> PostgreSQLSource {
        let field = "spec.source.postgresql"
        guard let sslMode = PostgreSQLSettings.SSLMode(rawValue: spec.sslMode) else {
            let known = PostgreSQLSettings.SSLMode.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("source.postgresql.sslMode is \(spec.sslMode); give one of \(known)")
        }
        let settings = PostgreSQLSettings(
            host: spec.host, port: spec.port, database: spec.database,
            user: try SecretFile.read(spec.usernameFile, field: "\(field).credentialsSecret"),
            password: try SecretFile.read(spec.passwordFile, field: "\(field).credentialsSecret"), sslMode: sslMode,
            rootCertificate: try SecretFile.authority(spec.caFile, field: "\(field).ca"),
            statementTimeout: .seconds(spec.statementTimeoutSeconds))
        return PostgreSQLSource(settings: settings, query: spec.query, timeZone: spec.timeZone, reader: reader)
    }

    /// Columns by usual name and actual name.
    private static func columns(_ renamed: [String: String]) -> CSVOptions.Columns {
        var columns = CSVOptions.Columns()
        let fields: [(String, WritableKeyPath<CSVOptions.Columns, String>)] = [
            ("timestamp", \.timestamp), ("container", \.container), ("cpu", \.cpu), ("memory", \.memory),
            ("pod", \.pod), ("unique_id", \.id), ("ds", \.time), ("y", \.value),
        ]
        for (name, field) in fields {
            if let actual = renamed[name] { columns[keyPath: field] = actual }
        }
        return columns
    }
}
