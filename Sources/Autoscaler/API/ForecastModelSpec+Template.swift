import Foundation

/// A spec with `targetSelector` is a template: each workload that it selects gets a model of its own.
extension ForecastModelSpec {
    /// What stands in a template's `source` and `output` for the name of the workload.
    ///
    /// Written as Kubernetes writes variables. A Deployment's name is of `a-z0-9.-`, so it needs no quoting in PromQL, SQL,
    /// an address or a path.
    public static let targetVariable = "$(target)"

    /// Whether this is a template.
    public var isTemplate: Bool { targetSelector != nil }

    /// A function from a Deployment's name to the spec of the model that this template asks for.
    public func instances() throws -> (_ target: String) throws -> ForecastModelSpec {
        var common = self
        common.targetSelector = nil
        // Of a thousand Deployments most templates look at none's name here.
        let sourceText = try Self.text(source), outputText = try output.map(Self.text)
        let fillsSource = sourceText.contains(Self.targetVariable)
        let fillsOutput = outputText?.contains(Self.targetVariable) ?? false
        return { [common] target in
            func filled<Part: Decodable>(_ text: String) throws -> Part {
                let text = text.replacing(Self.targetVariable, with: target)
                return try JSONDecoder().decode(Part.self, from: Data(text.utf8))
            }
            var spec = common
            spec.targetRef = TargetReference(name: target)
            if fillsSource { spec.source = try filled(sourceText) }
            if fillsOutput, let outputText { spec.output = try filled(outputText) }
            return spec
        }
    }

    /// The spec of the model that this template asks for.
    ///
    /// - Parameter target: the Deployment's name.
    public func instance(for target: String) throws -> ForecastModelSpec { try instances()(target) }

    /// Checks a template: what it alone may not have, and then the models that it would make.
    func validate(template selector: LabelSelector) -> [SpecError] {
        var errors = selector.validate(at: "spec.targetSelector")
        if targetRef != nil {
            errors.append(
                SpecError(
                    .conflictingFields, field: "spec.targetSelector",
                    "targetRef and targetSelector exclude each other: name one Deployment, or select several"))
        }
        let versions = [
            ("pinnedVersion", promotion.pinnedVersion), ("approvedVersion", promotion.approvedVersion),
            ("rejectedVersion", promotion.rejectedVersion),
        ]
        for (field, version) in versions where version != nil {
            errors.append(
                SpecError(
                    .invalidValue, field: "spec.promotion.\(field)",
                    "each model counts its own versions: set it on the one model that it is about, where it stays"))
        }
        do {
            errors += try validateVariables()
            errors += try instance(for: "target").validate()
        } catch {
            errors.append(SpecError(.invalidValue, field: "spec", "cannot be made a model's: \(error)"))
        }
        return errors
    }

    /// Without the target's name in it, all models would learn one history, or write over each other's forecasts.
    private func validateVariables() throws -> [SpecError] {
        var shared: [(field: String, value: String?)] = [
            ("source.prometheus.cpuQuery", source.prometheus?.cpuQuery),
            ("source.prometheus.memoryQuery", source.prometheus?.memoryQuery),
            ("source.postgresql.query", source.postgresql?.query), ("source.csv.path", source.csv?.path),
            ("source.csv.url", source.csv?.url), ("output.s3.key", output?.s3?.key),
            ("output.csv.path", output?.csv?.path),
        ]
        if let object = source.csv?.s3 { shared.append(("source.csv.s3.key", "\(object.bucket)/\(object.key)")) }
        if let map = source.csv?.configMap { shared.append(("source.csv.configMap.name", "\(map.name)/\(map.key)")) }
        var errors = shared.filter { $0.value?.contains(Self.targetVariable) == false }.map { field, _ in
            SpecError(
                .invalidValue, field: "spec.\(field)",
                "is the same for every Deployment: write \(Self.targetVariable) where its name belongs")
        }
        for (field, part) in [("spec.source", try Self.text(source)), ("spec.output", try output.map(Self.text))] {
            guard let part else { continue }
            for variable in Set(part.matches(of: #/\$\([A-Za-z]+\)/#).map { String($0.output) }).sorted()
            where variable != Self.targetVariable {
                errors.append(
                    SpecError(
                        .invalidValue, field: field,
                        "\(variable) is unknown: \(Self.targetVariable), the Deployment's name, is the one variable"))
            }
        }
        return errors
    }

    private static func text(_ part: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(part), as: UTF8.self)
    }
}
