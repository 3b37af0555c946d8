/// The mean pinball loss of quantile forecasts.
///
/// Source: R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46 (1978).
enum PinballLoss {
    /// The loss over sixteen windows and its derivatives by the outputs.
    ///
    /// - Parameters:
    ///   - outputs: horizon × quantiles.
    ///   - targets: one a step of the horizon.
    ///   - weights: 1 a target that was observed, else 0.
    static func evaluate(_ outputs: [Lanes], _ targets: [Lanes], _ weights: [Lanes]) -> (
        loss: Double, gradients: [Lanes]
    ) {
        let quantiles = LSTMShape.quantiles
        let count = max(weights.reduce(0) { $0 + $1.sum() }, 1) * Double(quantiles.count)
        var loss = Lanes.zero
        var gradients = outputs
        for step in targets.indices {
            for (j, quantile) in quantiles.enumerated() {
                let index = step * quantiles.count + j
                let error = targets[step] - outputs[index]
                var slope = Lanes(repeating: -quantile)
                slope.replace(with: Lanes(repeating: 1 - quantile), where: error .< 0)
                loss -= weights[step] * slope * error
                gradients[index] = weights[step] * slope / count
            }
        }
        return (loss.sum() / count, gradients)
    }
}
