/// The automatic choice among the Theta family: seasonal adjustment if significant, then the kind of least loss.
struct ThetaSearch: Sendable, Hashable, Codable {
    var model: ThetaModel
    var season: ThetaSeason?

    /// The best of `kinds`; nil where there are fewer than four values.
    ///
    /// - Parameters:
    ///   - values: finite.
    ///   - period: steps in a season; below four there is none.
    ///   - seasonal: whether to adjust for the season; nil tests for it.
    init?(of values: [Double], period: Int, seasonal: Bool? = nil, kinds: [ThetaKind] = ThetaKind.allCases) {
        switch seasonal {
        case .none: season = ThetaSeason(testing: values, period: period)
        case .some(true): season = ThetaSeason(decomposing: values, period: period)
        case .some(false): season = nil
        }
        let adjusted = season?.adjusted(values) ?? values
        var best: ThetaModel?
        for kind in kinds {
            guard let model = ThetaModel(kind, of: adjusted) else { continue }
            if model.loss < best?.loss ?? .infinity { best = model }
        }
        guard let best else { return nil }
        model = best
    }

    /// Point forecasts of the next `count` steps.
    func forecast(count: Int) -> [Double] {
        let end = model.last.count
        let plain = model.forecast(count: count)
        guard let season else { return plain }
        return plain.indices.map { season.applied(to: plain[$0], at: end + $0) }
    }

    /// Variances of the next `count` steps.
    func forecastVariances(count: Int) -> [Double] {
        let end = model.last.count
        let plain = model.forecastVariances(count: count)
        guard let season else { return plain }
        return plain.indices.map { plain[$0] * season.scale(at: end + $0) * season.scale(at: end + $0) }
    }

    /// One-step errors over `values`.
    func residuals(over values: [Double]) -> [Double] {
        guard let season else { return model.residuals(over: values) }
        let residuals = model.residuals(over: season.adjusted(values))
        return residuals.indices.map { residuals[$0] * season.scale(at: $0) }
    }
}
