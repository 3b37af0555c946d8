import Autoscaler
import KubernetesClient

extension JSONValue {
    /// A part of a spec as JSON, whole or not at all.
    ///
    /// - Parameter field: where the part stands, such as `spec.pod`.
    /// - Throws: an error that names the field which cannot be written.
    init(of part: some Encodable, field: String) throws(SpecError) {
        do {
            self = try JSONValue(encoding: part)
        } catch let EncodingError.invalidValue(_, context) {
            let path = context.codingPath.reduce(field) { path, key in
                path + (key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)")
            }
            throw SpecError(.invalidValue, field: path, "cannot be written as JSON: \(context.debugDescription)")
        } catch {
            throw SpecError(.invalidValue, field: field, "cannot be written as JSON: \(error)")
        }
    }
}
