import Autoscaler
import KubernetesClient
import Testing

@testable import Operator

/// The rules (CEL) of the definitions: what `kubectl apply` is told at once, and the operator would only find later.
struct RuleTests {
    @Test(arguments: WrongSpec.all)
    func `what a rule refuses the operator refuses too`(wrong: WrongSpec) throws {
        let spec = try wrong.spec
        do {
            let mistakes =
                switch wrong.kind {
                case .model: try mistakes(spec.decode(ForecastModelSpec.self))
                case .run: try spec.decode(TrainingJobSpec.self).validate()
                }
            #expect(mistakes.count == 1, "\(mistakes)")
        } catch let error as DecodingError {
            // What cannot even be read is refused as `Unreadable`.
            let said = "\(error)"
            #expect(
                said.contains("is not a length of time") || said.contains("is no day or time that there is"), "\(said)")
        }
    }

    private func mistakes(_ model: ForecastModelSpec) -> [SpecError] {
        model.validate() + Unsupported.fields(of: model)
    }

    @Test func `every rule is tried by a wrong spec`() throws {
        for plural in ["forecastmodels", "trainingjobs"] {
            for (path, schema) in try Schema(crd: plural).walk() {
                for rule in schema.json["x-kubernetes-validations"]?.arrayValue ?? [] {
                    let text = rule["rule"]?.stringValue ?? "", message = rule["message"]?.stringValue ?? ""
                    // Of a change, or of one in several: SchemaAgreementTests.
                    if text.contains("oldSelf") || text.hasSuffix(".filter(x, x == true).size() == 1") { continue }
                    #expect(WrongSpec.all.contains { message.hasPrefix($0.message) }, "\(plural)\(path): \(message)")
                }
            }
        }
    }

    @Test func `both definitions have the same rules about what they share`() throws {
        func rules(_ plural: String, below path: String) throws -> [String: [JSONValue]] {
            var found: [String: [JSONValue]] = [:]
            for (place, schema) in try Schema(crd: plural).walk() where place.hasPrefix(path) {
                let rules = (schema.json["x-kubernetes-validations"]?.arrayValue ?? []).filter {
                    $0["rule"] != "self == oldSelf"
                }
                if !rules.isEmpty { found[String(place.dropFirst(path.count))] = rules }
            }
            return found
        }
        for (model, run) in [
            (".spec.source", ".spec.source"), (".spec.algorithm", ".spec.algorithm"),
            (".spec.training.preparation", ".spec.preparation"), (".spec.training.env", ".spec.pod.env"),
            (".spec.training.resources", ".spec.pod.resources"), (".spec.training.volume", ".spec.pod.volume"),
            (".spec.training.podLabels", ".spec.pod.podLabels"),
        ] {
            let (ofModels, ofRuns) = (
                try rules("forecastmodels", below: model), try rules("trainingjobs", below: run)
            )
            #expect(ofModels == ofRuns)
            #expect(!ofModels.isEmpty)
        }
    }
}
