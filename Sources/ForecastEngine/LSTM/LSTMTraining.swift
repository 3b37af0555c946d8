/// Trains one network on many series.
///
/// Windows are drawn at random from all series before a cut; the steps after it are the rolling validation window, whose
/// origins lie one horizon apart. Training stops when the loss there has not fallen for a few epochs, and the best weights
/// are kept. All draws come from one seeded generator and all sums have a fixed order: the same input gives the same
/// network.
struct LSTMTraining: Sendable {
    /// Batches of sixteen windows an epoch.
    var batches = 24
    /// Most epochs.
    var epochs = 16
    /// Epochs without progress before it stops.
    var patience = 4
    /// Adam's rate.
    var rate = 0.004
    /// The largest norm of a gradient.
    var gradientLimit = 1.0
    /// Whether to run all epochs, as a recipe with pinned epochs asks for.
    var runsAllEpochs = false

    /// A trained network, and how long the training of its weights took.
    struct Result: Sendable {
        var network: LSTMNetwork
        var epochs: Int
        /// Pinball loss over the validation windows, before training and with the final weights.
        var lossBefore: Double
        var loss: Double
    }

    /// Where the origins of a series' validation windows lie, oldest first: the last tenth, at least three and at most ten.
    static func validationOrigins(count: Int, _ shape: LSTMShape) -> [Int] {
        let origins = min(max(count / 10 / shape.horizon, 3), 10)
        return (1...origins).reversed().map { count - $0 * shape.horizon }
    }

    /// The fewest values of a series: a window, a horizon to learn and three to validate.
    static func fewest(_ shape: LSTMShape) -> Int { shape.steps + 4 * shape.horizon }

    /// Trains on series of at least `fewest` values each.
    func train(_ series: [LSTMSeries], shape: LSTMShape, seed: UInt64) -> Result {
        var random = RandomGenerator(seed: seed)
        var network = LSTMNetwork(shape: shape, random: &random)
        var tape = LSTMNetwork.Tape(shape)
        var validation: [(series: Int, origin: Int)] = []
        for (index, one) in series.enumerated() {
            validation += Self.validationOrigins(count: one.values.count, shape).map { (index, $0) }
        }
        // More windows than these cost time and tell little more.
        let spacing = max(1, validation.count / 160)
        validation = validation.indices.filter { $0 % spacing == 0 }.map { validation[$0] }

        func validationLoss() -> Double {
            var sum = 0.0
            for first in stride(from: 0, to: validation.count, by: Lanes.scalarCount) {
                let part = Array(validation[first..<min(first + Lanes.scalarCount, validation.count)])
                let batch = LSTMBatch(part, of: series, shape)
                let output = network.forward(batch.input, &tape)
                sum += PinballLoss.evaluate(output, batch.targets, batch.weights).loss * Double(part.count)
            }
            return sum / Double(max(validation.count, 1))
        }

        var optimizer = Adam(count: shape.parameters, rate: rate)
        let before = validationLoss()
        var best = Result(network: network, epochs: 0, lossBefore: before, loss: before)
        for epoch in stride(from: 1, through: epochs, by: 1) {
            for _ in 0..<batches {
                let windows = (0..<Lanes.scalarCount).map { _ in
                    let index = random.index(series.count)
                    let cut = Self.validationOrigins(count: series[index].values.count, shape)[0]
                    return (index, shape.steps + random.index(cut - shape.horizon - shape.steps + 1))
                }
                let batch = LSTMBatch(windows, of: series, shape)
                let output = network.forward(batch.input, &tape)
                let loss = PinballLoss.evaluate(output, batch.targets, batch.weights)
                let gradients = network.backward(loss.gradients, batch.input, tape)
                optimizer.step(&network.parameters, gradients, limit: gradientLimit)
            }
            let loss = validationLoss()
            if loss < best.loss || runsAllEpochs {
                best = Result(network: network, epochs: epoch, lossBefore: before, loss: loss)
            } else if epoch - best.epochs >= patience {
                break
            } else {
                optimizer.rate *= 0.7
            }
        }
        return best
    }
}

/// Sixteen windows of series, ready for the network.
struct LSTMBatch: Sendable {
    /// Steps × inputs.
    var input: [Lanes]
    /// What the network should add to its base, one a step of the horizon.
    var targets: [Lanes]
    /// 1 where the target was observed, 0 where not or where the lane is empty.
    var weights: [Lanes]

    init(_ windows: [(series: Int, origin: Int)], of series: [LSTMSeries], _ shape: LSTMShape) {
        input = [Lanes](repeating: .zero, count: shape.steps * shape.inputs)
        targets = [Lanes](repeating: .zero, count: shape.horizon)
        weights = targets
        for (lane, window) in windows.enumerated() {
            let one = series[window.series]
            let scale = one.window(before: window.origin, shape)
            one.write(before: window.origin, shape, scale, lane: lane, to: &input)
            for step in 0..<shape.horizon {
                let value = (one.values[window.origin + step] - scale.level) / scale.spread
                targets[step][lane] = value - one.base(step, origin: window.origin, shape, scale)
                weights[step][lane] = one.observed[window.origin + step] ? 1 : 0
            }
        }
    }
}
