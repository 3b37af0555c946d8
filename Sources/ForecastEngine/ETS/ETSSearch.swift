/// The automatic choice among exponential smoothing models by AICc.
///
/// Source: Hyndman et al. (2008), section 2.8.
enum ETSSearch {
    /// Longest season that ETS models with states of its own, as in forecast-R: longer ones have more states than a
    /// likelihood search can tell apart, and belong to MSTL.
    static let longestPeriod = 24

    /// The best model for `values`, or nil where there are too few of them (seven at least) for any.
    ///
    /// - Parameters:
    ///   - values: finite.
    ///   - period: steps in a season; 1 or more than `longestPeriod` means none.
    static func best(of values: [Double], period: Int) -> ETSModel? {
        let seasonal = isSeasonal(count: values.count, period: period)
        let positive = values.allSatisfy { $0 > 0 }
        var best: ETSModel?
        for form in ETSForm.candidates(seasonal: seasonal, positive: positive) {
            guard let model = fit(form, to: values, period: period) else { continue }
            if model.aicc < best?.aicc ?? .infinity { best = model }
        }
        return best
    }

    /// A model of a form already chosen; nil where the form does not fit to the values (too few, not positive).
    static func fit(_ form: ETSForm, to values: [Double], period: Int) -> ETSModel? {
        if form.needsPositive, !values.allSatisfy({ $0 > 0 }) { return nil }
        let seasonal = isSeasonal(count: values.count, period: period)
        if form.season != .none && !seasonal { return nil }
        // statsforecast narrows the bound of β from form to form while it goes through them: once a seasonal form was
        // met, β stays below that form's first α. What it has come to when a form is reached depends on the form alone.
        let limit =
            seasonal && (form.error == .multiplicative || form.season != .none)
            ? ETSModel.startingAlpha(period: period) : ETSModel.startingAlpha(period: 1)
        return ETSModel(form, period: period, slopeGainLimit: limit, of: values)
    }

    private static func isSeasonal(count: Int, period: Int) -> Bool {
        period > 1 && period <= longestPeriod && count > period
    }
}
