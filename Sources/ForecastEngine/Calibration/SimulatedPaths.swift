/// Simulated futures: the point forecast plus blocks of errors that the recipe made on held-out data.
struct SimulatedPaths: Sendable {
    /// One simulated future a row, one value a row of the horizon.
    var rows: [[Double]]

    static let count = 400

    /// Draws paths; without a calibration errors are normal with the given one-step deviation.
    init(yhat: [Double], leads: [Int], calibration: Calibration?, deviation: Double, seed: UInt64) {
        rows = (0..<Self.count).map { path in
            var random = RandomGenerator(seed: seed, stream: UInt64(path))
            guard let errors = calibration?.errors, let length = errors.first?.count else {
                return yhat.map { $0 + deviation * random.normal() }
            }
            let block = max(1, length / 4)
            var result: [Double] = []
            result.reserveCapacity(yhat.count)
            while result.count < yhat.count {
                let origin = errors[random.index(errors.count)]
                for _ in 0..<min(block, yhat.count - result.count) {
                    let error = origin[min(leads[result.count], length) - 1]
                    result.append(yhat[result.count] + (error.isNaN ? 0 : Double(error)))
                }
            }
            return result
        }
    }
}
