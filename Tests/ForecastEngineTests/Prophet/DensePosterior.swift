import Foundation

@testable import ForecastEngine

/// Prophet's log posterior and its gradient, written row by row from the definition of the model, sharing only the table
/// of X with the solver: what the solver is checked against.
struct DensePosterior {
    var t: [Double]
    var y: [Double]
    var caps: [Double]
    var x: [[Double]]
    var changepoints: [Double]
    var scales: [Double]
    var isMultiplicative: [Bool]
    var growth: ProphetSettings.Growth
    var laplaceScale: Double

    struct Point {
        var k: Double
        var m: Double
        var delta: [Double]
        var beta: [Double]
        var sigma: Double
    }

    init(_ series: TimeSeries, settings: ProphetSettings, model: ProphetModel) throws {
        let history = try ProphetHistory(series, settings: settings)
        let table = try model.plan.table(times: history.times, columns: history.columns)
        t = history.times.map(model.scaling.scaled)
        let floors = history.columns["floor"]
        func floor(_ row: Int) -> Double { model.scaling.hasFloorColumn ? floors![row] : model.scaling.floor }
        y = history.values.indices.map { (history.values[$0] - floor($0)) / model.scaling.valueScale }
        caps = (history.columns["cap"] ?? []).enumerated().map { ($1 - floor($0)) / model.scaling.valueScale }
        x = (0..<table.count).map { Array(table.values[($0 * table.stride)..<($0 * table.stride + table.width)]) }
        changepoints = model.trend.changepoints
        scales = model.plan.priorScales
        isMultiplicative = model.plan.components.flatMap {
            [Bool](repeating: $0.mode == .multiplicative, count: $0.width)
        }
        growth = settings.growth
        laplaceScale = settings.changepointPriorScale
    }

    func mean(_ p: Point) -> [Double] {
        t.indices.map { row in
            var trend: Double
            switch growth {
            case .flat: trend = p.m
            case .linear:
                var slope = p.k
                var offset = p.m
                for (s, d) in zip(changepoints, p.delta) where t[row] >= s {
                    slope += d
                    offset -= s * d
                }
                trend = slope * t[row] + offset
            case .logistic:
                // The offsets γ as prophet.stan computes them.
                var rate = p.k
                var offset = p.m
                var rowRate = p.k
                var rowOffset = p.m
                for (s, d) in zip(changepoints, p.delta) {
                    let gamma = (s - offset) * (1 - rate / (rate + d))
                    rate += d
                    offset += gamma
                    if t[row] >= s {
                        rowRate += d
                        rowOffset += gamma
                    }
                }
                trend = caps[row] / (1 + exp(-rowRate * (t[row] - rowOffset)))
            }
            var additive = 0.0
            var factor = 1.0
            for (c, b) in p.beta.enumerated() {
                if isMultiplicative[c] { factor += x[row][c] * b } else { additive += x[row][c] * b }
            }
            return trend * factor + additive
        }
    }

    func residualSquares(_ p: Point) -> Double {
        zip(y, mean(p)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    func value(_ p: Point) -> Double {
        var result = -Double(y.count) * log(p.sigma) - residualSquares(p) / (2 * p.sigma * p.sigma)
        result -= 0.5 * (p.k * p.k + p.m * p.m) / 25
        result -= p.delta.reduce(0) { $0 + abs($1) } / laplaceScale
        result -= 0.5 * (p.sigma / 0.5) * (p.sigma / 0.5)
        for (b, s) in zip(p.beta, scales) { result -= 0.5 * (b / s) * (b / s) }
        return result
    }
}

extension ProphetModel {
    var point: DensePosterior.Point {
        .init(k: trend.k, m: trend.m, delta: trend.delta, beta: beta, sigma: sigma)
    }

    /// The same model with other parameters.
    func with(_ p: GoldenCase.Parameters) -> ProphetModel {
        var copy = self
        copy.trend.k = p.k[0]
        copy.trend.m = p.m[0]
        copy.trend.delta = p.delta
        copy.beta = p.beta
        copy.sigma = p.sigma_obs[0]
        return copy
    }
}
