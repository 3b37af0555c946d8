import Foundation

/// The seed of the run: `PRESAGE_SEED`, 1 where it is not set. The same seed injects the same faults.
enum Seed {
    static let value = ProcessInfo.processInfo.environment["PRESAGE_SEED"].flatMap { UInt64($0) } ?? 1
    /// Whether every step is tried rather than a seeded sample of them.
    static let isExhaustive = ProcessInfo.processInfo.environment["PRESAGE_FAULTS"] == "all"
}

/// SplitMix64, so that a run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter salt: what tells one test's choices from another's.
    init(seed: UInt64 = Seed.value, salt: String = "") {
        state = seed
        for byte in salt.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A value under a lock.
final class Shared<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value

    init(_ value: Value) { stored = value }

    var value: Value { lock.withLock { stored } }

    @discardableResult
    func change<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&stored) } }
}
