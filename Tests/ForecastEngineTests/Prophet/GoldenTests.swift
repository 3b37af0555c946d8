import Foundation
import Testing

@testable import ForecastEngine

/// Parity with Prophet on the runs stored in `../shared/golden`; skipped where the files are absent.
@Suite(.enabled(if: SharedFiles.present)) struct GoldenTests {
    @Test(arguments: GoldenCase.names)
    func `scales, changepoints and design are Prophet's`(name: String) throws {
        let golden = try GoldenCase(name)
        let series = try golden.training()
        #expect(series.values.count { !$0.isNaN } == golden.input.train_rows_non_nan)
        let model = try ProphetModel(fitting: series, settings: golden.settings)
        #expect(abs(model.scaling.valueScale - golden.scaling.y_scale) < 1e-9 * golden.scaling.y_scale)
        #expect(model.scaling.timeScale == golden.scaling.t_scale_seconds)
        #expect(abs(model.scaling.floor - golden.scaling.y_min) < 1e-9 * golden.scaling.y_scale)
        #expect(model.trend.changepoints.count == golden.changepoints_t.count)
        for (ours, theirs) in zip(model.trend.changepoints, golden.changepoints_t) {
            #expect(abs(ours - theirs) < 1e-12)
        }
        let matrix = golden.design_matrix
        guard let columns = matrix.columns, let sigmas = matrix.prior_sigmas, let modes = matrix.s_m,
            let firstRow = matrix.X_first_row, let lastRow = matrix.X_last_row
        else { return }
        #expect(model.plan.columnNames == columns)
        #expect(model.plan.priorScales == sigmas)
        let posterior = try DensePosterior(series, settings: golden.settings, model: model)
        #expect(posterior.isMultiplicative == modes.map { $0 == 1 })
        for (ours, theirs) in zip(posterior.x.first!, firstRow) {
            #expect(abs(ours - theirs) < 1e-9)
        }
        for (ours, theirs) in zip(posterior.x.last!, lastRow) {
            #expect(abs(ours - theirs) < 1e-9)
        }
        if let lp = golden.fit.stan_lp {
            let theirs = posterior.value(model.with(golden.fitted_params_scaled).point)
            #expect(abs(theirs - lp) < 1e-6, "the posterior of Stan's parameters is \(theirs), stored \(lp)")
        }
    }

    @Test(arguments: GoldenCase.names)
    func `the posterior is at Stan's or above, and at the optimum's within 0.001`(name: String) throws {
        let golden = try GoldenCase(name)
        guard let stan = golden.fit.stan_lp, let optimum = golden.fit.optimum_reference else { return }
        let series = try golden.training()
        let clock = ContinuousClock()
        let begin = clock.now
        let model = try ProphetModel(fitting: series, settings: golden.settings)
        let seconds = clock.now - begin
        let posterior = try DensePosterior(series, settings: golden.settings, model: model)
        let ours = posterior.value(model.point)
        print("\(name): lp \(ours), above Stan \(ours - stan), above reference \(ours - optimum.lp), \(seconds)")
        #expect(ours >= stan)
        #expect(ours >= optimum.lp - 0.001)
        #expect(abs(ours - (model.logPosterior ?? .nan)) < 1e-6)
    }

    @Test(arguments: GoldenCase.names)
    func `forecasts agree with the optimum's and with Prophet's own`(name: String) throws {
        let golden = try GoldenCase(name)
        let series = try golden.training()
        let future = try golden.future()
        let model = try ProphetModel(fitting: series, settings: golden.settings)
        #expect(future.times == golden.holdout.ds.map(SharedFiles.time))
        let scale = golden.scaling.y_scale
        func gap(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale }

        let ours = try model.components(times: future.times, columns: future.columns)
        let mean = try model.mean(times: future.times, columns: future.columns)
        let bounds = try #require(model.interval(around: mean, times: future.times, width: 0.8, seed: 0))
        if let optimum = golden.fit.optimum_reference, (model.logPosterior ?? 0) < optimum.lp + 1 {
            let reference = model.with(optimum.params_scaled)
            let theirs = try reference.components(times: future.times, columns: future.columns)
            let referenceMean = try reference.mean(times: future.times, columns: future.columns)
            let referenceBounds = try #require(
                reference.interval(around: referenceMean, times: future.times, width: 0.8, seed: 0))
            #expect(gap(ours.yhat, theirs.yhat) < 0.001)
            #expect(gap(bounds.lower, referenceBounds.lower) < 0.005)
            #expect(gap(bounds.upper, referenceBounds.upper) < 0.005)
            if !["09", "12"].contains(golden.case.prefix(2)) {
                #expect(gap(ours.trend, theirs.trend) < 0.001)
                for (a, b) in zip(ours.parts, theirs.parts) {
                    #expect(gap(a.values, b.values) * (a.mode == .additive ? 1 : scale) < 0.001, "\(a.name)")
                }
            }
        }
        let tolerance = golden.case.hasPrefix("12") ? 0.035 : 0.025
        #expect(gap(ours.yhat, golden.holdout.columns["yhat"]!) < tolerance)
        #expect(gap(bounds.lower, golden.holdout.columns["yhat_lower_mc20k"]!) < tolerance)
        #expect(gap(bounds.upper, golden.holdout.columns["yhat_upper_mc20k"]!) < tolerance)

        // Prophet's own parameters through our formulas give Prophet's own numbers.
        let same = model.with(golden.fitted_params_scaled)
        let again = try same.components(times: future.times, columns: future.columns)
        #expect(gap(again.yhat, golden.holdout.columns["yhat"]!) < 1e-9)
        #expect(gap(again.trend, golden.holdout.columns["trend"]!) < 1e-9)
        #expect(gap(again.additiveTerms, golden.holdout.columns["additive_terms"]!) < 1e-9)
        #expect(gap(again.multiplicativeTerms, golden.holdout.columns["multiplicative_terms"]!) < 1e-9)
        for part in again.parts {
            let stored = try #require(golden.holdout.columns[part.name], "\(part.name)")
            #expect(gap(part.values, stored) < 1e-9, "\(part.name)")
        }
        let sameMean = try same.mean(times: future.times, columns: future.columns)
        let sameBounds = try #require(same.interval(around: sameMean, times: future.times, width: 0.8, seed: 0))
        let lower = gap(sameBounds.lower, golden.holdout.columns["yhat_lower_mc20k"]!)
        let upper = gap(sameBounds.upper, golden.holdout.columns["yhat_upper_mc20k"]!)
        print("\(name): bounds from Prophet's parameters off its 20,000 samples by \(lower), \(upper) of y_scale")
        #expect(max(lower, upper) < 0.005)
    }
}
