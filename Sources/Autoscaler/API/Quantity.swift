/// An amount of a resource, as Kubernetes writes it: `250m`, `1.5Gi`, `2e3`.
///
/// The value is held exactly, in billionths (Kubernetes keeps nothing finer and rounds what is finer away from zero),
/// together with the family of suffixes it was written in. Two quantities are equal when their values are, however
/// they were written: `1000m == 1`, `1024Mi == 1Gi`. What Presage writes is always the canonical form, because a
/// server-side apply takes `1000m` and `1` for different values.
///
/// The grammar and the canonical form are those of `k8s.io/apimachinery/pkg/api/resource`.
public struct Quantity: Sendable {
    /// The family of suffixes a quantity is written with.
    public enum Format: Sendable, Hashable {
        /// Powers of 1024: `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`.
        case binary
        /// Powers of 1000: `n`, `u`, `m`, none, `k`, `M`, `G`, `T`, `P`, `E`.
        case decimal
        /// A decimal exponent: `5e3`.
        case exponent
    }

    /// How many nanos make one.
    static let nanosPerUnit: Int128 = 1_000_000_000
    /// The largest magnitude Kubernetes keeps, 2⁶³ − 1 units; what is larger is capped.
    static let largest = Int128(Int64.max) * nanosPerUnit

    /// The value in billionths of the unit (cores, bytes).
    public let nanos: Int128
    /// The suffixes to write it with.
    public let format: Format

    /// Makes a quantity from its value in billionths; values beyond 2⁶³ − 1 units are capped, as Kubernetes does.
    public init(nanos: Int128, format: Format = .decimal) {
        self.nanos = min(max(nanos, -Self.largest), Self.largest)
        self.format = format
    }

    /// Makes a quantity of thousandths, such as millicores.
    public init(milli: Int64) {
        self.init(nanos: Int128(milli) * 1_000_000)
    }

    /// Makes a whole quantity, such as a number of bytes.
    public init(_ units: Int64, format: Format = .decimal) {
        self.init(nanos: Int128(units) * Self.nanosPerUnit, format: format)
    }

    /// The value as a floating-point number of units (cores, bytes), rounded to the nearest double.
    public var doubleValue: Double {
        let whole = nanos / Self.nanosPerUnit
        let rest = nanos % Self.nanosPerUnit
        return Double(whole) + Double(rest) / 1e9
    }

    /// Whether the value is below zero, which no request or limit may be.
    public var isNegative: Bool { nanos < 0 }
}

extension Quantity: Hashable, Comparable {
    /// Compares values, not spellings.
    public static func == (lhs: Quantity, rhs: Quantity) -> Bool { lhs.nanos == rhs.nanos }

    /// Compares values exactly.
    public static func < (lhs: Quantity, rhs: Quantity) -> Bool { lhs.nanos < rhs.nanos }

    /// Hashes the value, not the spelling.
    public func hash(into hasher: inout Hasher) { hasher.combine(nanos) }
}
