extension ForecastModelSpec {
    /// Checks what the types cannot say: one-of choices, ranges and combinations.
    ///
    /// The CRD schema refuses most of this already; `presage plan` has no API server, and an operator may meet
    /// objects that an older schema let in. All mistakes are returned, in the order of the fields.
    public func validate() -> [SpecError] {
        if let targetSelector { return validate(template: targetSelector) }
        var errors = source.validate(at: "spec.source", hasTarget: targetRef != nil)
        if let targetRef { errors += targetRef.validate(at: "spec.targetRef") }
        errors += algorithm.validate(at: "spec.algorithm")
        errors += training.validate(at: "spec.training")
        errors += promotion.validate(at: "spec.promotion")
        errors += scaling.validate(at: "spec.scaling")
        if let output { errors += output.validate(at: "spec.output") }
        if let registry { errors += registry.validate(at: "spec.registry") }
        if errors.isEmpty, let cache = source.prometheus?.cache {
            errors += cache.validate(at: "spec.source.prometheus.cache", mountedBy: training.pod)
        }
        if targetRef == nil, scaling.mode == .apply {
            errors.append(
                SpecError(
                    .missingField, field: "spec.targetRef",
                    "scaling.mode is Apply, but there is nothing to scale: name a Deployment, select several by targetSelector, or set mode to Off"
                )
            )
        }
        return errors
    }
}

extension TargetReference {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if name.isEmpty {
            errors.append(SpecError(.missingField, field: "\(path).name", "name the Deployment to scale"))
        }
        if kind != "Deployment" || apiVersion != "apps/v1" {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).kind",
                    "\(apiVersion) \(kind) cannot be scaled: only apps/v1 Deployments can"
                )
            )
        }
        return errors
    }
}
