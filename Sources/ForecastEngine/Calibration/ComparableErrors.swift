import Foundation

/// Held-out errors made comparable with those to come, and the bounds that are read from them.
///
/// Errors of one window are alike, so K windows tell less than their many points: split conformal prediction (Lei et al.,
/// 2018) with K exchangeable windows takes the (1 + 1/K)·width quantile, which is right when all errors of a window are
/// equal. How alike they are is measured, so that K is the number of independent errors. Where that is small the few errors
/// of one sign say little: the bound leans on both signs taken alike, wider by as much as Student's t distribution is than the
/// normal one.
struct ComparableErrors {
    private let calibration: Calibration
    /// How large errors are at each place in the season; empty where there are no places.
    private let scales: [Double]
    /// All errors in order, so that the errors near each lead need not be sorted again.
    private let sorted: [PlacedError]
    /// The same without their signs.
    private let magnitudes: [PlacedError]
    /// How much the errors of each cut count, in each of the ways that the bounds are the mean of; the first knows recency alone.
    private let views: [[Double]]
    /// How many independent errors they are worth.
    let independent: Double
    /// The share of outcomes that the bounds are to contain.
    private let width: Double
    /// The share of the errors that is to lie between the quantiles for that.
    private let corrected: Double
    /// How much wider Student's bounds are than normal ones; nil where both signs are not taken alike.
    private let widening: Double?
    /// The power of the lead with which errors grow; 0 where that is not known.
    private let growth: Double

    /// An error over what is usual at its level and place.
    private struct PlacedError {
        var error: Double
        var row: Int
        var lead: Int
    }

    /// - Parameter width: the share of outcomes that the bounds are to contain.
    init(_ calibration: Calibration, width: Double) {
        self.calibration = calibration
        self.width = width
        var errors = calibration.errors.enumerated().map { row, path in
            path.map { Double($0) * Double(calibration.sizes?[row] ?? 1) }
        }
        let scales = calibration.placeScales(errors)
        if !scales.isEmpty {
            for row in errors.indices {
                for lead in errors[row].indices {
                    errors[row][lead] /= scales[calibration.place(row: row, lead: lead, season: scales.count)]
                }
            }
        }
        self.scales = scales
        sorted = errors.enumerated().flatMap { row, path in
            path.enumerated().compactMap { lead, error in
                error.isNaN ? nil : PlacedError(error: error, row: row, lead: lead)
            }
        }.sorted { $0.error < $1.error }
        let recent = errors.indices.map(calibration.weight(row:))
        views = [recent] + (calibration.likeness.map { [zip(recent, $0).map { $0 * Double($1) }] } ?? [])
        let effective = Statistics.effectiveNumber(of: recent)
        if calibration.sizes == nil {
            // As artifacts have it from before there were sizes.
            independent = effective
            corrected = min(1, width * (1 + (calibration.likeness == nil ? 0.75 : 0.6) / independent))
            widening = nil
            magnitudes = []
            growth = 0
        } else {
            // Windows that overlap are fewer than they look.
            let apart = calibration.apart(steps: calibration.length)
            independent = max(1, effective * apart / Self.correlation(errors, recent))
            corrected = min(1, width * (1 + 0.8 / independent))
            widening =
                Statistics.studentQuantile(0.5 + width / 2, freedom: independent)
                / Statistics.normalQuantile(0.5 + width / 2)
            magnitudes = sorted.map { PlacedError(error: abs($0.error), row: $0.row, lead: $0.lead) }.sorted {
                $0.error < $1.error
            }
            growth = Self.growth(errors, recent)
        }
    }

    /// The bounds of the errors at a lead, in the units of the series.
    func bounds(lead: Int) -> (lower: Double, upper: Double) {
        let length = calibration.length
        let center = min(lead, length) - 1
        let reach = max(2, length / 10)
        let window = max(0, center - reach)...min(length - 1, center + reach)
        let near = sorted.filter { window.contains($0.lead) }
        guard !near.isEmpty else { return (0, 0) }
        var lower = 0.0
        var upper = 0.0
        for weights in views {
            let pool = near.map { (value: $0.error, weight: weights[$0.row]) }
            lower += Statistics.quantile(sorted: pool, 0.5 - corrected / 2) / Double(views.count)
            upper += Statistics.quantile(sorted: pool, 0.5 + corrected / 2) / Double(views.count)
        }
        if let widening {
            let pool = magnitudes.filter { window.contains($0.lead) }.map {
                (value: $0.error, weight: views[0][$0.row])
            }
            let alike = widening * Statistics.quantile(sorted: pool, width)
            let share = Self.enough / (Self.enough + independent)
            lower += share * (-alike - lower)
            upper += share * (alike - upper)
        }
        let beyond = lead > length ? pow(Double(lead) / Double(length), growth) : 1
        let place = scales.isEmpty ? 1 : scales[(lead - 1) % scales.count]
        return (place * (calibration.unit * lower * beyond), place * (calibration.unit * upper * beyond))
    }

    /// With so many independent errors a bound is half that of its own sign and half that of both taken alike.
    private static let enough = 8.0

    /// The part of the mean square that the mean errors of the windows explain: 1 where all errors of a window are equal,
    /// 1/length where they have nothing to do with each other.
    private static func correlation(_ errors: [[Double]], _ weights: [Double]) -> Double {
        var between = 0.0
        var all = 0.0
        for (path, weight) in zip(errors, weights) {
            let seen = path.filter { !$0.isNaN }
            let mean = Statistics.mean(seen)
            between += weight * mean * mean
            all += weight * Statistics.mean(seen.map { $0 * $0 })
        }
        return all > 0 ? max(between / all, .leastNormalMagnitude) : 1
    }

    /// The slope of the logarithm of the mean absolute error over that of the lead, 0 to 1.
    ///
    /// Beyond the leads that were held out errors are taken to grow on as they did before.
    private static func growth(_ errors: [[Double]], _ weights: [Double]) -> Double {
        let points = errors[0].indices.compactMap { lead -> (x: Double, y: Double)? in
            let seen = zip(errors, weights).filter { !$0.0[lead].isNaN }
            let size = seen.reduce(0) { $0 + $1.1 * abs($1.0[lead]) } / seen.reduce(0) { $0 + $1.1 }
            return size > 0 ? (log(Double(lead + 1)), log(size)) : nil
        }
        guard points.count >= 3 else { return 0 }
        let x = Statistics.mean(points.map(\.x))
        let y = Statistics.mean(points.map(\.y))
        let covariance = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
        let variance = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        return min(1, max(0, covariance / variance))
    }
}
