import Foundation

extension ProphetModel {
    /// The trend that Prophet's optimizer starts from: through the first and the last row, without changes.
    static func initialTrend(
        _ history: ProphetHistory, y: [Double], design: ProphetDesign, settings: ProphetSettings,
        scaling: ProphetScaling
    ) -> ProphetTrend {
        let first = y.first ?? 0
        // Of rows that share the last time Prophet takes the first.
        let last = y[history.times.firstIndex(of: history.end) ?? y.count - 1]
        var trend = ProphetTrend(
            growth: settings.growth, k: 0, m: 0, delta: [Double](repeating: 0, count: design.changepoints.count),
            changepoints: design.changepoints
        )
        switch settings.growth {
        case .flat: trend.m = Statistics.mean(y)
        case .linear:
            trend.k = last - first
            trend.m = first
        case .logistic:
            let caps = scaledCaps(history, scaling: scaling)
            let firstCap = caps.first ?? 1
            let lastCap = caps[history.times.firstIndex(of: history.end) ?? y.count - 1]
            var firstRatio = firstCap / max(0.01 * firstCap, min(0.99 * firstCap, first))
            let lastRatio = lastCap / max(0.01 * lastCap, min(0.99 * lastCap, last))
            if abs(firstRatio - lastRatio) <= 0.01 { firstRatio *= 1.05 }
            let firstLogit = log(firstRatio - 1)
            let lastLogit = log(lastRatio - 1)
            trend.m = firstLogit / (firstLogit - lastLogit)
            trend.k = firstLogit - lastLogit
        }
        return trend
    }
}
