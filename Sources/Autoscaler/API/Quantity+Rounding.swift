extension Quantity {
    /// An amount of CPU, rounded up to whole millicores.
    ///
    /// - Parameter cores: cores, finite and not negative; anything else counts as zero, for nothing is asked of it.
    public static func cpu(roundingUp cores: Double) -> Quantity {
        Quantity(milli: Int64(roundedUp(cores * 1000)))
    }

    /// An amount of memory, rounded up to whole mebibytes.
    ///
    /// - Parameter bytes: bytes, finite and not negative; anything else counts as zero, for nothing is asked of it.
    public static func memory(roundingUp bytes: Double) -> Quantity {
        Quantity(Int64(roundedUp(bytes / 1_048_576)) * 1_048_576, format: .binary)
    }

    /// The smallest whole number that is not below `value`, forgiving the last bits of floating-point arithmetic:
    /// 0.8 · 515 millicores is 412, though the product of the doubles is a hair above it.
    private static func roundedUp(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        let nearest = value.rounded()
        let slack = value * 1e-12
        let up = value - nearest <= slack ? nearest : value.rounded(.up)
        // Doubles past 2⁵³ are whole already; stay where the conversion to Int64 (of bytes) cannot trap.
        return min(max(up, nearest), 8e12)
    }
}
