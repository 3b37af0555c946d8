import Foundation
import Testing

@testable import ForecastEngine

/// What a fit returns is a point where the posterior, computed another way, satisfies its optimality conditions.
@Suite struct ProphetOptimumTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var settings: ProphetSettings
        var series: TimeSeries
    }

    static let cases: [Case] = {
        var flat = ProphetSettings()
        flat.growth = .flat
        var multiplicative = ProphetSettings()
        multiplicative.seasonalityMode = .multiplicative
        var mixed = ProphetSettings()
        mixed.seasonalities = [.init(name: "month", period: 30.5, fourierOrder: 2, mode: .multiplicative)]
        mixed.extraRegressors = [.init(name: "promo", mode: .additive), .init(name: "heat", mode: .multiplicative)]
        var logistic = ProphetSettings()
        logistic.growth = .logistic
        logistic.scaling = .minmax
        var loose = ProphetSettings()
        loose.changepointPriorScale = 5
        var many = ProphetSettings()
        many.yearlySeasonality = .order(30)
        var withColumns = ProphetSample.daily(300, bend: 150, bendSlope: -0.03, factor: true)
        withColumns.columns["promo"] = (0..<300).map { $0 % 5 == 0 ? 1 : 0 }
        withColumns.columns["heat"] = (0..<300).map { 20 + 5 * sin(Double($0) / 30) }
        var capped = ProphetSample.daily(300, bend: 100, bendSlope: 0.02)
        capped.columns["cap"] = [Double](repeating: 25, count: 300)
        capped.columns["floor"] = [Double](repeating: 3, count: 300)
        let bent = ProphetSample.daily(400, bend: 200, bendSlope: -0.04)
        return [
            Case(testDescription: "linear", settings: ProphetSettings(), series: bent),
            Case(testDescription: "flat", settings: flat, series: bent),
            Case(testDescription: "loose changepoints", settings: loose, series: bent),
            Case(
                testDescription: "multiplicative", settings: multiplicative,
                series: ProphetSample.daily(400, bend: 200, bendSlope: -0.04, factor: true)),
            Case(testDescription: "mixed modes and regressors", settings: mixed, series: withColumns),
            Case(testDescription: "logistic with a floor", settings: logistic, series: capped),
            Case(testDescription: "more parameters than points", settings: many, series: ProphetSample.daily(40)),
        ]
    }()

    @Test(arguments: cases) func `the gradient of the posterior vanishes at the fit`(_ example: Case) throws {
        let model = try ProphetModel(fitting: example.series, settings: example.settings)
        let posterior = try DensePosterior(example.series, settings: example.settings, model: model)
        let point = model.point
        let value = posterior.value(point)
        #expect(abs(value - (model.logPosterior ?? .nan)) < 1e-6)
        // Curvature sets how far a parameter is from its optimum for a given slope: slope²/curvature is the loss in lp.
        func loss(_ change: (inout DensePosterior.Point, Double) -> Void, scale: Double) -> (
            slope: Double, loss: Double
        ) {
            let h = 1e-5 * scale
            var up = point
            var down = point
            change(&up, h)
            change(&down, -h)
            let high = posterior.value(up)
            let low = posterior.value(down)
            let slope = (high - low) / (2 * h)
            let curvature = max((2 * value - high - low) / (h * h), 1)
            return (slope, slope * slope / curvature)
        }
        #expect(loss({ $0.m += $1 }, scale: 1).loss < 1e-4)
        if example.settings.growth != .flat { #expect(loss({ $0.k += $1 }, scale: 1).loss < 1e-4) }
        #expect(loss({ $0.sigma += $1 }, scale: model.sigma).loss < 1e-4)
        for c in model.beta.indices { #expect(loss({ $0.beta[c] += $1 }, scale: 0.1).loss < 1e-4) }
        guard example.settings.growth != .flat else { return }
        let bound = 1 / example.settings.changepointPriorScale
        for j in point.delta.indices {
            // The slope of the smooth part: the prior's own share is taken back.
            let h = 1e-6
            var up = point
            var down = point
            up.delta[j] += h
            down.delta[j] -= h
            let prior = (abs(up.delta[j]) - abs(down.delta[j])) * bound
            let slope = (posterior.value(up) - posterior.value(down) + prior) / (2 * h)
            if point.delta[j] == 0 {
                #expect(abs(slope) < bound * 1.001 + 0.01, "changepoint \(j)")
            } else {
                #expect(abs(slope - (point.delta[j] > 0 ? bound : -bound)) < 0.01 * bound + 0.05, "changepoint \(j)")
            }
        }
    }

    @Test func `the Jacobian is the mean's derivative`() throws {
        for example in Self.cases
        where ["multiplicative", "mixed modes and regressors", "logistic with a floor"]
            .contains(example.testDescription)
        {
            let history = try ProphetHistory(example.series, settings: example.settings)
            let plan = try ProphetPlan(history, settings: example.settings)
            let scaling = ProphetScaling(history, settings: example.settings)
            let design = ProphetDesign(
                t: history.times.map(scaling.scaled), rows: (0..<history.count).map(Int32.init),
                table: try plan.table(times: history.times, columns: history.columns),
                changepoints: try ProphetChangepoints.place(history, settings: example.settings, scaling: scaling),
                hasSlope: true
            )
            let mean = NonlinearMean(
                design: design, growth: example.settings.growth, y: [Double](repeating: 0, count: history.count),
                caps: example.settings.growth == .logistic ? ProphetModel.scaledCaps(history, scaling: scaling) : [],
                isMultiplicative: plan.components.flatMap {
                    [Bool](repeating: $0.mode == .multiplicative, count: $0.width)
                }
            )
            var random = RandomGenerator(seed: 3)
            let g = 2 + plan.width
            let gamma = (0..<g).map { _ in 0.3 + 0.2 * random.normal() }
            let delta = (0..<design.deltas).map { _ in 0.2 * random.normal() }
            var state = NonlinearMean.State(rows: design.count)
            mean.evaluate(gamma: gamma, delta: delta, into: &state)
            var jacobian = [Double](repeating: 0, count: design.count * mean.stride)
            jacobian.withUnsafeMutableBufferPointer {
                mean.jacobian(gamma: gamma, delta: delta, state: state, into: $0.baseAddress!)
            }
            let h = 1e-6
            for p in 0..<(g + delta.count) {
                func residuals(_ shift: Double) -> [Double] {
                    var moved = (gamma: gamma, delta: delta)
                    if p < g { moved.gamma[p] += shift } else { moved.delta[p - g] += shift }
                    var state = NonlinearMean.State(rows: design.count)
                    mean.evaluate(gamma: moved.gamma, delta: moved.delta, into: &state)
                    return state.residual
                }
                let up = residuals(h)
                let down = residuals(-h)
                for r in 0..<design.count {
                    let slope = -(up[r] - down[r]) / (2 * h)
                    #expect(abs(slope - jacobian[r * mean.stride + p]) < 1e-6 * (1 + abs(slope)))
                }
            }
        }
    }

    @Test func `known parts are recovered`() throws {
        let series = ProphetSample.daily(600, noise: 0.1, bend: 300, bendSlope: -0.03)
        let model = try ProphetModel(fitting: series, settings: ProphetSettings())
        let parts = try model.components(times: series.times, columns: [:])
        let week = try #require(parts["weekly"])
        for day in 0..<600 { #expect(abs(week[day] - sin(2 * Double.pi * Double(day) / 7)) < 0.05) }
        for day in stride(from: 0, to: 600, by: 50) {
            let truth = 10 + 0.01 * Double(day) - 0.03 * Double(max(0, day - 300))
            #expect(abs(parts.trend[day] - truth) < 0.3)
        }
        #expect(abs(model.residualDeviation - 0.1) < 0.02)
        for row in parts.yhat.indices {
            let sum = parts.trend[row] * (1 + parts.multiplicativeTerms[row]) + parts.additiveTerms[row]
            #expect(abs(parts.yhat[row] - sum) < 1e-12)
        }
    }

    @Test func `missing values are dropped and the order of rows does not matter`() throws {
        var series = ProphetSample.daily(200)
        let rows = (0..<200).filter { $0 % 7 != 3 }
        let dropped = TimeSeries(id: "d", times: rows.map { series.times[$0] }, values: rows.map { series.values[$0] })
        for row in 0..<200 where row % 7 == 3 { series.values[row] = .nan }
        let shuffled = TimeSeries(id: "d", times: dropped.times.reversed(), values: dropped.values.reversed())
        let model = try ProphetModel(fitting: series, settings: ProphetSettings())
        #expect(try ProphetModel(fitting: dropped, settings: ProphetSettings()) == model)
        #expect(try ProphetModel(fitting: shuffled, settings: ProphetSettings()) == model)
    }

    @Test func `Fourier columns are the sines and cosines of their definition`() {
        let irregular = (0..<500).map { 1_400_000_000 + $0 * 300 + ($0 % 11 == 0 ? 7 * $0 : 0) }
        for times in [irregular.sorted(), (0..<1_000).map { -40_000_000 + $0 * 86_400 }, [5, 5, 9, 9, 9, 4]] {
            for (period, order) in [(365.25, 10), (7, 3), (1, 4), (30.5, 5), (0.123456789, 6)] {
                var table = FeatureTable(count: times.count, width: 2 * order)
                table.fillFourier(column: 0, times: times, period: period, order: order)
                for r in times.indices {
                    for j in 1...order {
                        let turns = (Double(times[r]) / 86_400 / period).truncatingRemainder(dividingBy: 1)
                        let angle = 2 * Double.pi * Double(j) * turns
                        #expect(abs(table.values[r * table.stride + 2 * j - 2] - sin(angle)) < 1e-9)
                        #expect(abs(table.values[r * table.stride + 2 * j - 1] - cos(angle)) < 1e-9)
                    }
                }
            }
        }
    }
}
