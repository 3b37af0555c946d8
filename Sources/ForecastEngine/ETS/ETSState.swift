/// The parameters and a state of one exponential smoothing model.
///
/// The season holds m values, newest first: element m − 1 belongs to the next step. Without a trend β is 0, without a
/// season γ is 0 and the array empty, undamped φ is 1.
struct ETSState: Sendable, Hashable, Codable {
    var alpha: Double
    var beta: Double
    var gamma: Double
    var phi: Double
    var level: Double
    var trend: Double
    var season: [Double]

    /// Point forecasts of `count` steps from this state.
    ///
    /// The equations are those of Hyndman et al. (2008), table 2.1, but for one thing.
    /// A damped trend counts φ, 2φ, 2φ + φ², … slopes, as forecast-R and statsforecast do; the table's φ, φ + φ², … lags
    /// by at most one slope. Agreeing with the two implementations that people compare with was chosen over the table.
    func forecast(_ form: ETSForm, count: Int) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(count)
        var dampedSteps = phi
        var power = 1.0
        let m = season.count
        for i in 0..<count {
            var value = form.trend == .none ? level : level + dampedSteps * trend
            if m > 0 {
                let factor = season[m - 1 - i % m]
                value = form.season == .additive ? value + factor : value * factor
            }
            values.append(value)
            if phi == 1 {
                dampedSteps += 1
            } else {
                power *= phi
                dampedSteps += power
            }
        }
        return values
    }
}
