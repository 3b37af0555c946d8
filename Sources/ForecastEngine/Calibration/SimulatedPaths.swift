/// Simulated futures: a point forecast plus blocks of errors that the recipe made on held-out data.
///
/// A block is a run of leads of one past window, so that errors keep their growth with the lead and their likeness
/// from step to step (Künsch, "The jackknife and the bootstrap for general stationary observations", 1989). Most
/// futures take a whole window; a change of window within a future makes combinations that have not been seen.
struct SimulatedPaths: Sendable {
    /// One simulated future a row, one value a row of the horizon.
    var rows: [[Double]]

    static let count = 500

    /// Draws futures.
    ///
    /// - Parameters:
    ///   - yhat: the point forecast of each row.
    ///   - leads: the lead of each row; leads beyond the calibrated ones take blocks from the calibrated ones.
    ///   - calibration: where the errors come from; without one they are normal.
    ///   - without: a past window whose errors are left out, for judging that window.
    ///   - deviation: of the normal errors.
    ///   - floor: no future goes below this.
    init(
        yhat: [Double], leads: [Int], calibration: Calibration?, without: Int? = nil, deviation: Double,
        floor: Double?, seed: UInt64, count: Int = Self.count
    ) {
        let sources = calibration.map { Array($0.errors.indices.filter { $0 != without }) } ?? []
        rows = (0..<count).map { path in
            var random = RandomGenerator(seed: seed, stream: UInt64(path))
            var result = yhat
            if let calibration, !sources.isEmpty {
                Self.add(calibration, from: sources, to: &result, leads: leads, &random)
            } else {
                for i in result.indices { result[i] += deviation * random.normal() }
            }
            if let floor { for i in result.indices { result[i] = max(floor, result[i]) } }
            return result
        }
    }

    private static func add(
        _ calibration: Calibration, from sources: [Int], to path: inout [Double], leads: [Int],
        _ random: inout RandomGenerator
    ) {
        let length = calibration.length
        var i = 0
        while i < path.count {
            let errors = calibration.errors[sources[random.index(sources.count)]]
            // Half of the blocks end within their window, the others with it.
            let block = random.index(2) == 0 ? length : 1 + random.index(length)
            let end = min(path.count, i + block)
            while i < end {
                let error = errors[(leads[i] - 1) % length]
                path[i] += error.isNaN ? 0 : calibration.unit * Double(error)
                i += 1
            }
        }
    }
}
