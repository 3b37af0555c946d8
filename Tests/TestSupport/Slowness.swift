import Foundation

/// How many times slower than usual tests may run: 1, or what `PRESAGE_SLOWNESS` says where a sanitizer is built in.
///
/// Every limit of time in a test that a sanitizer alone can exceed is multiplied by it.
public enum Slowness {
    /// The factor.
    public static let factor = max(1, ProcessInfo.processInfo.environment["PRESAGE_SLOWNESS"].flatMap { Int($0) } ?? 1)
}
