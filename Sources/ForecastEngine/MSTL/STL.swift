import Foundation

/// A seasonal-trend decomposition by LOESS: value = season + trend + remainder.
///
/// The windows are those that statsmodels and forecast-R derive from the period; the season is smoothed by local means,
/// trend and low pass by local lines, without robustness weights. Windows of more than forty points are evaluated at
/// every twentieth part of the window. Source: see `LoessSmoother`.
struct STL: Sendable {
    /// The seasonal component, one value a step.
    var season: [Double]
    /// The trend, one value a step.
    var trend: [Double]

    /// Passes of the inner loop: without robustness weights five are enough, says section 3.3 of the paper.
    private static let passes = 5
    private static let pointsPerWindow = 20

    /// Decomposes `values`; nil where there are fewer than two periods or the period is below two.
    ///
    /// - Parameters:
    ///   - period: steps in a season.
    ///   - window: how many seasons the smoother of one place in the season spans; odd, at least 3.
    init?(_ values: [Double], period: Int, window: Int) {
        let n = values.count
        guard period >= 2, n >= 2 * period, window >= 3 else { return nil }
        let trendWindow = Self.odd(Int((1.5 * Double(period) / (1 - 1.5 / Double(window))).rounded(.up)))
        let lowPassWindow = Self.odd(period + 1)
        let trendSmoother = LoessSmoother(
            count: n, window: trendWindow, degree: 1, jump: max(1, trendWindow / Self.pointsPerWindow))
        let lowPassSmoother = LoessSmoother(
            count: n, window: lowPassWindow, degree: 1, jump: max(1, lowPassWindow / Self.pointsPerWindow))
        // Places early in the season are seen once more often than late ones when the last season is incomplete.
        let longer = LoessSmoother(count: (n - 1) / period + 1, window: window, degree: 0, beyond: true)
        let shorter = LoessSmoother(count: n / period, window: window, degree: 0, beyond: true)

        var season = [Double](repeating: 0, count: n)
        var trend = season
        var rest = season
        var cycle = [Double](repeating: 0, count: n + 2 * period)
        var work = cycle
        var lowPass = cycle
        for _ in 0..<Self.passes {
            for i in 0..<n { rest[i] = values[i] - trend[i] }
            // Each place in the season is smoothed over the seasons and extended by one at both ends.
            rest.withUnsafeBufferPointer { rest in
                cycle.withUnsafeMutableBufferPointer { cycle in
                    guard let rest = rest.baseAddress, let cycle = cycle.baseAddress else { return }
                    for j in 0..<period {
                        let smoother = (n - 1 - j) / period + 1 == longer.count ? longer : shorter
                        smoother.apply(rest + j, stride: period, to: cycle + j, stride: period)
                    }
                }
            }
            // What the smoothed cycle still has of a trend is taken out by moving averages and a local line.
            Self.movingAverage(cycle, n + 2 * period, period, into: &lowPass)
            Self.movingAverage(lowPass, n + period + 1, period, into: &work)
            Self.movingAverage(work, n + 2, 3, into: &lowPass)
            Self.apply(lowPassSmoother, lowPass, to: &work)
            for i in 0..<n {
                season[i] = cycle[period + i] - work[i]
                rest[i] = values[i] - season[i]
            }
            Self.apply(trendSmoother, rest, to: &trend)
        }
        self.season = season
        self.trend = trend
    }

    private static func odd(_ n: Int) -> Int { n % 2 == 0 ? n + 1 : n }

    private static func apply(_ smoother: LoessSmoother, _ input: [Double], to output: inout [Double]) {
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                guard let input = input.baseAddress, let output = output.baseAddress else { return }
                smoother.apply(input, to: output)
            }
        }
    }

    /// Means of `length` neighbours among the first `count` of `input`: count − length + 1 values.
    private static func movingAverage(_ input: [Double], _ count: Int, _ length: Int, into output: inout [Double]) {
        var sum = 0.0
        for i in 0..<length { sum += input[i] }
        output[0] = sum / Double(length)
        for i in stride(from: 1, through: count - length, by: 1) {
            sum += input[i + length - 1] - input[i - 1]
            output[i] = sum / Double(length)
        }
    }
}
