import Foundation

/// Writes the values of one axis: all its ticks in the same unit and with the same decimals.
struct ValueText: Hashable {
    private static let binary: [(name: String, factor: Double)] = [
        ("B", 1), ("Ki", 0x1p10), ("Mi", 0x1p20), ("Gi", 0x1p30), ("Ti", 0x1p40), ("Pi", 0x1p50), ("Ei", 0x1p60),
    ]

    let unit: ChartUnit
    private let factor: Double
    private let suffix: String
    private let decimals: Int
    private let isScientific: Bool
    private let digits: Int

    /// - Parameters:
    ///   - largest: The largest magnitude on the axis.
    ///   - step: The distance between ticks.
    init(unit: ChartUnit, largest: Double, step: Double) {
        self.unit = unit
        switch unit {
        case .cores where largest < 1: (factor, suffix) = (0.001, "m")
        case .cores, .number: (factor, suffix) = (1, "")
        case .percent: (factor, suffix) = (0.01, "%")
        case .bytes:
            let choice = Self.binary.last { largest >= 2 * $0.factor } ?? Self.binary[0]
            (factor, suffix) = (choice.factor, " " + choice.name)
        }
        let scaled = step / factor
        isScientific = largest / factor >= 1e15 || scaled < 1e-6
        decimals = max(0, Int((-log10(scaled) - 1e-9).rounded(.up)))
        digits = min(max(Int(log10(largest / step).rounded(.up)) + 1, 2), 9)
    }

    /// What the labels leave unsaid.
    var axisTitle: String? { unit == .cores ? "cores" : nil }

    /// A tick's label.
    func tick(_ value: Double) -> String {
        let scaled = value / factor
        let number =
            isScientific
            ? NumberText.scientific(scaled, digits: digits)
            : NumberText.plain(scaled, decimals: decimals, padded: unit != .bytes && value != 0)
        return value == 0 ? "0" : number + suffix
    }

    /// A single value as a person would write it, such as `640m`, `1.25 cores`, `768 Mi` or `12,400`.
    static func value(_ value: Double, unit: ChartUnit) -> String {
        switch unit {
        case .cores:
            let isSmall = value.magnitude < 0.9995
            if value == 0 { return "0" }
            return isSmall
                ? NumberText.significant(value * 1000, digits: 3) + "m"
                : NumberText.significant(value, digits: 3) + (value == 1 ? " core" : " cores")
        case .bytes:
            if value == 0 { return "0" }
            let choice = binary.last { value.magnitude >= $0.factor } ?? binary[0]
            return NumberText.significant(value / choice.factor, digits: 3) + " " + choice.name
        case .number:
            return NumberText.significant(value, digits: 4)
        case .percent:
            return NumberText.significant(value * 100, digits: 3) + "%"
        }
    }
}
