import Foundation

/// The vertical axis: a domain that holds the values, and round ticks in the panel's unit.
struct ValueAxis: Hashable {
    var lower: Double
    var upper: Double
    var ticks: [AxisTick]
    /// What the tick labels leave unsaid, written above the axis.
    var title: String?

    /// Chooses an axis for values between `lowest` and `highest`.
    ///
    /// - Parameters:
    ///   - headroom: The share of the span to leave free above, for labels.
    ///   - followsValues: Whether even resources need not start at zero.
    ///   - count: About how many steps between ticks fit.
    init(
        lowest: Double,
        highest: Double,
        unit: ChartUnit,
        headroom: Double = 0.07,
        followsValues: Bool = false,
        count: Double = 5
    ) {
        let magnitude = max(lowest.magnitude, highest.magnitude)
        var lower = lowest
        var upper = highest
        let startsAtZero = unit.startsAtZero && !followsValues
        if lowest >= 0, startsAtZero || lowest < highest * 0.4 { lower = 0 }
        if highest <= 0, startsAtZero || highest > lowest * 0.4 { upper = 0 }
        if upper - lower <= magnitude * 1e-6 {
            // A constant gets a band of its own about it, or about zero.
            let margin = magnitude > 0 ? magnitude * 0.1 : 1
            lower = lower == 0 ? 0 : lower - margin
            upper += margin
        }
        let span = upper - lower
        self.upper = upper == 0 ? 0 : upper + span * headroom
        self.lower = lower == 0 ? 0 : lower - span * 0.05

        let step = Self.step(atLeast: 0.8 * (self.upper - self.lower) / max(count, 1), unit: unit)
        let writer = ValueText(unit: unit, largest: max(self.upper.magnitude, self.lower.magnitude), step: step)
        title = writer.axisTitle
        ticks = Self.multiples(of: step, from: self.lower, through: self.upper).map {
            AxisTick(position: $0, label: writer.tick($0))
        }
    }

    /// The smallest round step that is at least `raw`: 1, 2 or 5 times a power of ten, or a power of two for bytes.
    static func step(atLeast raw: Double, unit: ChartUnit) -> Double {
        guard raw > 0, raw.isFinite else { return 1 }
        if unit == .bytes, raw >= 1 {
            return pow(2, log2(raw).rounded(.up))
        }
        let power = pow(10, log10(raw).rounded(.down))
        for factor in [1.0, 2, 5] where power * factor >= raw * (1 - 1e-9) {
            return power * factor
        }
        return power * 10
    }

    /// The multiples of a step inside a closed span; at most 50, for a span far from zero may not resolve its step.
    static func multiples(of step: Double, from lower: Double, through upper: Double) -> [Double] {
        let first = (lower / step - 1e-9).rounded(.up)
        var result: [Double] = []
        for offset in 0..<50 {
            let value = (first + Double(offset)) * step
            if value > upper || value == result.last { break }
            result.append(value == 0 ? 0 : value)
        }
        return result
    }
}
