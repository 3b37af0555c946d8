/// A small seeded generator: the same seed gives the same numbers on every machine.
///
/// SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
public struct RandomGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Creates a generator; a generator of another `stream` is independent of it.
    public init(seed: UInt64, stream: UInt64 = 0) {
        state = seed &+ stream &* 0xD1B5_4A32_D192_ED03
        _ = next()
    }

    /// Sixty-four random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0 ..< 1 with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An index in 0 ..< bound, unbiased to within 2⁻⁶⁴ · bound.
    public mutating func index(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Standard normal, by inversion.
    public mutating func normal() -> Double {
        Statistics.normalQuantile((Double(next() >> 12) + 0.5) * 0x1p-52)
    }
}
