import Foundation

extension ETSState {
    /// Where the search for a model's parameters starts.
    ///
    /// Source: Hyndman et al. (2008), section 2.6.1, as forecast-R refines it.
    /// The season comes from a classical decomposition (a Fourier pair where there are fewer than three periods), the
    /// level and slope from a regression on the first max(10, 2m) seasonally adjusted values. The state has m − 1
    /// seasonal values; the last follows from the others (sum 0, or m).
    static func initial(_ form: ETSForm, period m: Int, of values: [Double]) -> (
        level: Double, slope: Double, season: [Double]
    ) {
        let n = values.count
        var season: [Double] = []
        var adjusted = values
        var m = m
        if form.season == .none {
            m = 1
        } else {
            let kind: ClassicalDecomposition.Kind = form.season == .additive ? .additive : .multiplicative
            var component: [Double]
            if n >= 3 * m, let decomposition = ClassicalDecomposition(values, period: m, kind: kind) {
                component = decomposition.seasonal(count: n)
            } else {
                component = Self.fourierSeason(values, period: m, kind: kind)
            }
            season = Array(component[1..<m].reversed())
            if form.season == .additive {
                for i in 0..<n { adjusted[i] -= component[i] }
            } else {
                season = season.map { max($0, 1e-2) }
                if season.reduce(0, +) > Double(m) {
                    let sum = season.reduce(0) { $0 + ($1 + 1e-2) }
                    season = season.map { $0 / sum }
                }
                for i in 0..<n { adjusted[i] /= max(component[i], 1e-2) }
            }
        }
        let head = adjusted.prefix(min(max(10, 2 * m), n))
        guard form.trend != .none else { return (head.reduce(0, +) / Double(head.count), 0, season) }
        let line = LeastSquares.line(head)
        var level = line.intercept
        var slope = line.slope
        // A relative error needs a first mean other than zero.
        if abs(level + slope) < 1e-8 {
            level *= 1 + 1e-3
            slope *= 1 - 1e-3
        }
        return (level, slope, season)
    }

    /// The seasonal component of a short series: deviations from the trend of a line plus one Fourier pair.
    private static func fourierSeason(_ values: [Double], period m: Int, kind: ClassicalDecomposition.Kind) -> [Double]
    {
        let times = (1...values.count).map(Double.init)
        let turn = 2 * Double.pi / Double(m)
        let coefficients = LeastSquares.solve(
            columns: [
                times.map { _ in 1 }, times, times.map { cos(turn * $0) }, times.map { sin(turn * $0) },
            ],
            values
        )
        return zip(values, times).map { value, time in
            let line = coefficients[0] + coefficients[1] * time
            return kind == .additive ? value - line : value / line
        }
    }
}
