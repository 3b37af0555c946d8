import Foundation

/// How high the blocks of a history went, its days for example: what is known of a week's maximum after two weeks.
///
/// A horizon of which hardly any was held out says little, but it is made of blocks of which many are known. If their maxima are
/// independent and of one Gumbel distribution of scale β, what the highest of k to come lies above the highest of N past ones
/// follows a logistic distribution of scale β around β·log(k/N). So no tail has to be fitted, only a scale be estimated.
struct PastHighs: Sendable, Hashable, Codable {
    /// How many steps a block has.
    var block: Int
    /// How many blocks were observed.
    var count: Int
    /// The highest of their maxima.
    var highest: Double
    /// The standard deviation of their maxima.
    var deviation: Double

    /// Looks at blocks from the end of the history backwards, one of a season where the horizon holds that, else of the horizon.
    ///
    /// - Parameters:
    ///   - season: the series' shortest; 1 for none.
    ///   - unit: what 1 stands for in `highest` and `deviation`.
    /// - Returns: nil where fewer than two blocks were observed, or their maxima are beyond what can be stored.
    init?(_ grid: RegularGrid, season: Int, horizon: Int, unit: Double) {
        block = season > 1 && season <= horizon ? season : horizon
        var maxima: [Double] = []
        var end = grid.count
        while end >= block {
            let seen = ((end - block)..<end).filter { grid.observed[$0] }
            if let highest = seen.map({ grid.values[$0] / unit }).max(),
                Double(seen.count) >= Calibration.observedShare * Double(block)
            {
                maxima.append(highest)
            }
            end -= block
        }
        guard let highest = maxima.max(), maxima.count >= 2 else { return nil }
        count = maxima.count
        self.highest = highest
        let mean = Statistics.mean(maxima)
        let squares = maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / Double(count - 1)).squareRoot()
        // Where what was held out is next to nothing beside the history, its unit is.
        guard flaw == nil else { return nil }
    }

    /// The value that the maximum over so many steps is to stay at or below with this probability.
    ///
    /// The deviation of few blocks is uncertain, and mostly too small; the scale is the wider the fewer they are.
    func quantile(_ q: Double, steps: Int) -> Double {
        let scale = deviation * 6.0.squareRoot() / .pi * (1 + 3 / Double(count - 1))
        let blocks = Double(steps) / Double(block)
        return highest + scale * log(blocks / Double(count) * q / (1 - q))
    }
}
