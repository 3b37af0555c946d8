import Autoscaler

/// Fields that the API has and this version of the operator does not act on yet.
///
/// They are refused, not passed over: a field that is accepted and does nothing is worse than none.
enum Unsupported {
    static func fields(of spec: ForecastModelSpec) -> [SpecError] {
        var errors: [SpecError] = []
        func refuse(_ isUsed: Bool, _ field: String, _ instead: String) {
            if isUsed {
                errors.append(SpecError(.invalidValue, field: field, "not supported by this version yet; \(instead)"))
            }
        }
        refuse(spec.scaling.method == .inPlace, "spec.scaling.method", "use Rollout")
        return errors
    }
}
