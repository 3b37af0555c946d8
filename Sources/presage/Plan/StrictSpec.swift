import Autoscaler
import KubernetesClient

/// Reads a ForecastModel's spec as strictly as an API server with its CRD would.
enum StrictSpec {
    /// The spec, checked for unknown fields, types, ranges and contradictions.
    ///
    /// - Throws: an error that lists every mistake found, each with its field.
    static func read(_ manifest: Manifest) throws(PlanError) -> ForecastModelSpec {
        let place = "\(manifest.place), ForecastModel \(manifest.name)"
        guard let written = manifest.object["spec"] else {
            throw PlanError(.invalidField, at: place, "spec: the field is missing")
        }
        let spec: ForecastModelSpec
        let known: JSONValue
        do {
            spec = try written.decode(ForecastModelSpec.self)
            known = try JSONValue(encoding: spec)
        } catch let error as DecodingError {
            throw PlanError(.invalidField, at: place, "spec.\(error.fieldDescription)")
        } catch {
            throw PlanError(.invalidField, at: place, "spec: \(error)")
        }
        let mistakes =
            unknownFields(written, known, path: "spec").map {
                "\($0): unknown field; kubectl explain lists those there are"
            }
            + spec.validate().map(\.description)
        guard mistakes.isEmpty else { throw PlanError(.invalidField, at: place, mistakes.joined(separator: "; ")) }
        return spec
    }

    /// The paths of fields that were written and did not survive decoding: nothing in the API is called that.
    static func unknownFields(_ written: JSONValue, _ known: JSONValue, path: String) -> [String] {
        switch (written, known) {
        case (.object(let fields), .object(let others)):
            return fields.flatMap { key, value -> [String] in
                if value.isNull { return [] }
                guard let other = others[key] else { return ["\(path).\(key)"] }
                return unknownFields(value, other, path: "\(path).\(key)")
            }
        case (.array(let items), .array(let others)):
            return zip(items, others).enumerated().flatMap { index, pair in
                unknownFields(pair.0, pair.1, path: "\(path)[\(index)]")
            }
        default: return []
        }
    }
}
