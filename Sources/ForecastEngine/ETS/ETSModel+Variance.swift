import Foundation

extension ETSModel {
    /// Variances of the forecasts of the next `count` steps.
    ///
    /// Exact for additive errors and for relative errors with no or an additive season (Hyndman et al. 2008, tables 6.2 and
    /// 6.3 with equation 6.1); for a multiplicative season the book's approximation, with the variance of the season
    /// entering as (1 + γ²σ²) once a period (section 6.3).
    func forecastVariances(count: Int) -> [Double] {
        // The weight of the error j steps back: α + β(φ + … + φʲ) + γ·[j a multiple of m].
        var weights = [Double](repeating: 0, count: count + 1)
        var slopes = 0.0
        var power = 1.0
        let additive = form.season == .additive
        for j in stride(from: 1, through: count, by: 1) {
            power *= last.phi
            slopes += power
            weights[j] = last.alpha + (form.trend == .none ? 0 : last.beta * slopes)
            if additive && j % period == 0 { weights[j] += last.gamma }
        }
        var variances = [Double](repeating: 0, count: count)
        guard form.error == .multiplicative else {
            var sum = 1.0
            for h in 0..<count {
                if h > 0 { sum += weights[h] * weights[h] }
                variances[h] = variance * sum
            }
            return variances
        }
        var base = self.last
        if form.season == .multiplicative { base.season = [] }
        let plain = ETSForm(.multiplicative, form.trend, form.season == .multiplicative ? .none : form.season)
        let means = base.forecast(plain, count: count)
        // θ_h = μ_h² + σ²·Σ c_j²·θ_{h−j}.
        var theta = [Double](repeating: 0, count: count)
        for h in 0..<count {
            var sum = 0.0
            for j in stride(from: 1, through: h, by: 1) { sum += weights[j] * weights[j] * theta[h - j] }
            theta[h] = means[h] * means[h] + variance * sum
            var second = (1 + variance) * theta[h]
            var scale = 1.0
            if form.season == .multiplicative {
                second *= pow(1 + last.gamma * last.gamma * variance, Double(h / period))
                scale = last.season[period - 1 - h % period]
            }
            variances[h] = max((second - means[h] * means[h]) * scale * scale, 0)
        }
        return variances
    }
}
