import Autoscaler
import ForecastEngine
import Foundation
import KubernetesClient

/// Reads the file of `--settings`: the fields of a ForecastModel's `spec.algorithm`, by themselves.
enum SettingsFile {
    /// What is wrong with the file.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// The engine's settings; `Auto` where the file names no algorithm.
    static func read(_ path: String) throws(Mistake) -> AlgorithmSettings {
        func mistake(_ text: String) -> Mistake { Mistake(description: "\(path): \(text)") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw mistake("cannot be read; check the path and its permissions")
        }
        let documents: [(value: JSONValue, line: Int)]
        do {
            documents = try YAML.documents([UInt8](data))
        } catch {
            throw mistake("line \(error.line) is not YAML: \(error.message)")
        }
        guard documents.count == 1, documents[0].value.objectValue != nil else {
            throw mistake("give one document with the fields of spec.algorithm, such as growth: logistic")
        }
        let written = documents[0].value
        let spec: AlgorithmSpec
        let unknown: [String]
        do {
            spec = try written.decode(AlgorithmSpec.self)
            unknown = StrictSpec.unknownFields(written, try JSONValue(encoding: spec), path: "")
        } catch let error as DecodingError {
            throw mistake(error.fieldDescription)
        } catch {
            throw mistake("\(error)")
        }
        if !unknown.isEmpty {
            let names = unknown.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }.sorted()
            let fields = Mirror(reflecting: AlgorithmSpec()).children.compactMap(\.label).joined(separator: ", ")
            throw mistake("unknown: \(names.joined(separator: ", ")); the fields are \(fields)")
        }
        let settings = spec.settings(default: .auto)
        do throws(ForecastError) {
            try settings.validate()
            try settings.prophet.validate()
        } catch {
            throw mistake(error.message)
        }
        return settings
    }
}
