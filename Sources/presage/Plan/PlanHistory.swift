import Autoscaler
import DataSources
import Foundation
import KubernetesClient

/// Finds and reads the history that a plan goes out from.
struct PlanHistory: Sendable {
    /// A file given on the command line, which goes before the model's own source.
    var override: String?
    /// All manifests: a ConfigMap among them may hold the history.
    var manifests: [Manifest]

    /// Reads the history of one model.
    func read(for subject: PlanSubject) async throws(PlanError) -> History {
        let place = "ForecastModel \(subject.namespace)/\(subject.name)"
        let csv = subject.spec.source.csv
        let reader = CSVReader(options: CSVOptions(columns: Self.columns(csv?.columns)))
        do {
            if let override { return try reader.read(path: override) }
            if let path = csv?.path { return try reader.read(path: Self.resolve(path, beside: subject.manifest.file)) }
            if let url = csv?.url { return try await CSVURLSource(url: url, reader: reader).read() }
            if let reference = csv?.configMap {
                return try reader.read(
                    bytes: try configMap(reference, for: subject), name: "ConfigMap \(reference.name)/\(reference.key)")
            }
        } catch let error as PlanError {
            throw error
        } catch {
            throw PlanError(.noHistory, at: place, "\(error)")
        }
        let source = subject.spec.source
        let kind = source.prometheus != nil ? "prometheus" : source.postgresql != nil ? "postgresql" : "csv.s3"
        throw PlanError(
            .noHistory, at: place,
            "spec.source.\(kind) can only be read in a cluster; export the history as CSV and pass it with --history")
    }

    private func configMap(_ reference: KeyReference, for subject: PlanSubject) throws(PlanError) -> [UInt8] {
        let found = manifests.first {
            $0.kind == "ConfigMap" && $0.name == reference.name && $0.namespace == subject.namespace
        }
        guard let found else {
            throw PlanError(
                .noHistory, at: subject.manifest.place,
                "spec.source.csv.configMap: ConfigMap \(reference.name) is not among the manifests; pass it too, or pass "
                    + "the history with --history")
        }
        if let text = found.object["data"]?[key: reference.key]?.stringValue { return Array(text.utf8) }
        if let text = found.object["binaryData"]?[key: reference.key]?.stringValue, let data = Data(base64Encoded: text)
        {
            return [UInt8](data)
        }
        throw PlanError(
            .noHistory, at: found.place,
            "ConfigMap \(reference.name) has no key \(reference.key), which spec.source.csv.configMap.key names")
    }

    /// Paths in a manifest are relative to it, so that a repository can be planned from anywhere.
    private static func resolve(_ path: String, beside file: String) -> String {
        if path.hasPrefix("/") || file == "standard input" { return path }
        return URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(path).path
    }

    private static func columns(_ renamed: CSVColumns?) -> CSVOptions.Columns {
        var columns = CSVOptions.Columns()
        guard let renamed else { return columns }
        columns.timestamp = renamed.timestamp ?? columns.timestamp
        columns.container = renamed.container ?? columns.container
        columns.cpu = renamed.cpu ?? columns.cpu
        columns.memory = renamed.memory ?? columns.memory
        columns.pod = renamed.pod ?? columns.pod
        columns.id = renamed.id ?? columns.id
        columns.time = renamed.time ?? columns.time
        columns.value = renamed.value ?? columns.value
        return columns
    }
}
