extension ProphetModel {
    /// Prophet's interval around `mean`: changes of the trend as frequent and as large as in the history, and the noise.
    ///
    /// - Parameters:
    ///   - width: the share of outcomes inside, 0 to 1.
    ///   - seed: read by logistic growth only, whose trends are drawn.
    /// - Returns: nil where `uncertaintySamples` is 0.
    func interval(
        around mean: Mean, times: [Int], width: Double, seed: UInt64
    ) -> (lower: [Double], upper: [Double])? {
        guard uncertaintySamples > 0 else { return nil }
        let yhat = mean.yhat
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        let future = order.filter { mean.t[$0] > 1 }
        let z = Statistics.normalQuantile(0.5 + width / 2) * sigma * scaling.valueScale
        var lower = yhat.map { $0 - z }
        var upper = yhat.map { $0 + z }
        guard !future.isEmpty, trend.growth != .flat else { return (lower, upper) }

        // Prophet counts future rows, not time: a change is as likely in each, by their mean distance.
        let first = mean.t[future[0]]
        let last = mean.t[future[future.count - 1]]
        let step = future.count > 1 ? (last - first) / Double(future.count - 1) : meanStep
        let probability = Double(trend.changepoints.count) * step
        switch trend.growth {
        case .flat: break
        case .linear:
            let quantiles = TrendNoiseQuantiles(
                changeProbability: probability, stepScale: trend.changeScale * step, noise: sigma)
            let factors = future.map { 1 + mean.multiplicative[$0] }
            let halves = quantiles.halfWidths(width: width, factors: factors)
            for (row, half) in zip(future, halves) {
                lower[row] = yhat[row] - half * scaling.valueScale
                upper[row] = yhat[row] + half * scaling.valueScale
            }
        case .logistic:
            let simulation = LogisticTrendSimulation(
                trend: trend, noise: sigma, changeProbability: probability, step: step,
                samples: uncertaintySamples, seed: seed
            )
            let offsets = simulation.bounds(
                t: future.map { mean.t[$0] }, caps: future.map { mean.caps[$0] },
                factors: future.map { 1 + mean.multiplicative[$0] }, width: width
            )
            for (row, offset) in zip(future, offsets) {
                lower[row] = yhat[row] + offset.lower * scaling.valueScale
                upper[row] = yhat[row] + offset.upper * scaling.valueScale
            }
        }
        return (lower, upper)
    }
}
