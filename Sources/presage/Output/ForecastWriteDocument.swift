import Foundation
import KubernetesClient
import ModelRegistry
import ObjectStore
import PostgreSQL

/// Reads the document of a pod that writes forecasts, and what it refers to.
enum ForecastWriteDocument {
    /// Reads and checks the document; its paths are absolute afterwards.
    static func read(_ path: String) throws(TrainingFailure) -> ForecastWriteRun {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw invalid("the document \(path) cannot be read; mount it, or check the path")
        }
        var run: ForecastWriteRun
        do {
            run = try JSONValue(parsing: data).decode(ForecastWriteRun.self)
        } catch {
            throw invalid("the document \(path) is no ForecastWriteRun: \(error)")
        }
        guard run.apiVersion == VersionManifest.supportedVersion else {
            throw invalid(
                "the document has apiVersion \(run.apiVersion) where this build knows \(VersionManifest.supportedVersion); "
                    + "use the image of the operator's version")
        }
        guard run.horizonSeconds > 0 else { throw invalid("horizonSeconds is \(run.horizonSeconds); give at least 1") }
        guard [run.postgresql != nil, run.s3 != nil, run.path != nil].count(where: { $0 }) == 1 else {
            throw invalid("name exactly one of postgresql, s3 and path")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        func resolved(_ path: String) -> String {
            path.hasPrefix("/") ? path : folder.appending(path: path).standardizedFileURL.path
        }
        run.directory = resolved(run.directory)
        run.path = run.path.map(resolved)
        run.objects = run.objects?.resolved(resolved)
        run.postgresql = run.postgresql?.resolved(resolved)
        run.s3 = run.s3?.resolved(resolved)
        return run
    }

    /// The place that a document names.
    static func place(of run: ForecastWriteRun) throws(TrainingFailure) -> any ForecastPlace {
        if let place = run.postgresql { return try table(place) }
        if let place = run.s3 { return try object(place) }
        return CSVForecasts(target: .file(run.path ?? ""))
    }

    private static func table(_ place: ForecastWriteRun.PostgreSQL) throws(TrainingFailure) -> PostgreSQLForecasts {
        guard let sslMode = PostgreSQLSettings.SSLMode(rawValue: place.sslMode) else {
            let known = PostgreSQLSettings.SSLMode.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("postgresql.sslMode is \(place.sslMode); give one of \(known)")
        }
        let field = "spec.output.postgresql"
        let settings = PostgreSQLSettings(
            host: place.host, port: place.port, database: place.database,
            user: try SecretFile.read(place.usernameFile, field: "\(field).credentialsSecret"),
            password: try SecretFile.read(place.passwordFile, field: "\(field).credentialsSecret"), sslMode: sslMode,
            rootCertificate: try SecretFile.authority(place.caFile, field: "\(field).ca"))
        return PostgreSQLForecasts(settings: settings, table: place.table)
    }

    private static func object(_ place: ForecastWriteRun.S3) throws(TrainingFailure) -> CSVForecasts {
        let (bucket, client) = try place.mounted(of: "s3", field: "spec.output.s3")
        return CSVForecasts(target: .object(S3Client(bucket: bucket, client: client), key: place.key))
    }

    private static func invalid(_ message: String) -> TrainingFailure {
        TrainingFailure("InvalidRun", message, exitStatus: .usage)
    }
}
