import Foundation

/// A power of two that brings a series to a size at which squares and small constants of an optimizer mean something.
///
/// Series between a ten-thousandth and a trillion stay as they are; multiplying by a power of two loses no bit.
struct Magnitude: Sendable, Hashable, Codable {
    /// What the values are divided by.
    var unit: Double

    private static let ordinary = 1e-4...1e12

    init(of values: [Double]) {
        let largest = values.reduce(0) { max($0, abs($1)) }
        // A unit below the normal numbers would lose the bits that dividing is to keep.
        unit =
            largest == 0 || Self.ordinary.contains(largest)
            ? 1 : max(scalbn(1.0, Int(ilogb(largest))), .leastNormalMagnitude)
    }

    /// The values in this unit.
    func reduced(_ values: [Double]) -> [Double] { unit == 1 ? values : values.map { $0 / unit } }
}
