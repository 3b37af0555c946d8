extension Quantity {
    /// So many percent of the quantity, exact, and then rounded up to whole millicores or mebibytes.
    public func percent(_ percent: Int, of resource: ResourceName) -> Quantity {
        // 2⁶³ units in nanos times 1000 percent stay below 2¹²⁷.
        let scaled = nanos * Int128(percent)
        let unit = Self.granule(of: resource) * 100
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: unit)
        let granules = rest > 0 ? whole + 1 : whole
        return Quantity(nanos: granules * Self.granule(of: resource), format: resource == .cpu ? .decimal : .binary)
    }

    /// An amount of a resource, rounded up to whole millicores or mebibytes; what is not finite or negative is zero.
    public static func amount(roundingUp value: Double, of resource: ResourceName) -> Quantity {
        resource == .cpu ? .cpu(roundingUp: value) : .memory(roundingUp: value)
    }

    /// Whether this differs from `other` by at least so many percent of `other`; equal values never do.
    public func differs(from other: Quantity, byPercent percent: Int) -> Bool {
        guard self != other else { return false }
        return (nanos - other.nanos).magnitude * 100 >= other.nanos.magnitude * UInt128(max(0, percent))
    }

    /// The smallest amount that is written, in nanos: a millicore or a mebibyte.
    private static func granule(of resource: ResourceName) -> Int128 {
        resource == .cpu ? 1_000_000 : 1_048_576 * nanosPerUnit
    }
}
