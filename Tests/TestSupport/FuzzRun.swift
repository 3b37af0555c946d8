import Foundation

/// One decoder under random inputs, each made from the seed, the run's name and its own number alone.
///
/// - `PRESAGE_FUZZ_COUNT`: how many inputs each run tries, in place of the small number of `swift test`.
/// - `PRESAGE_FUZZ_SEED`: the seed, 1 where it is not set.
/// - `PRESAGE_FUZZ_FROM`: the number of the first input, to try one again that failed.
/// - `PRESAGE_FUZZ_FOLDER`: where each run leaves the number it has come to (a trap ends the process, and this says
///   where), and a row of the table that `make fuzz` prints.
public struct FuzzRun: Sendable {
    /// What is fuzzed.
    public let name: String
    /// How many inputs are tried.
    public let count: Int
    private let first: Int
    private let seed: UInt64
    private let folder: URL?

    /// A run of `count` inputs, unless the environment names another number.
    public init(_ name: String, count: Int) {
        let environment = ProcessInfo.processInfo.environment
        self.name = name
        self.count = environment["PRESAGE_FUZZ_COUNT"].flatMap { Int($0) } ?? max(1, count / Slowness.factor)
        first = environment["PRESAGE_FUZZ_FROM"].flatMap { Int($0) } ?? 0
        var seed = environment["PRESAGE_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        for byte in name.utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.seed = seed
        folder = environment["PRESAGE_FUZZ_FOLDER"].map { URL(fileURLWithPath: $0) }
    }

    /// Tries the inputs one after another.
    ///
    /// - Parameter try: Makes an input from the generator, checks what comes of it, and says whether it was taken
    ///   (true) or refused; the number of the input is for messages.
    /// - Returns: how many were taken.
    @discardableResult
    public func run(_ attempt: (_ input: Int, _ random: inout FuzzRandom) throws -> Bool) async rethrows -> Int {
        let started = ContinuousClock.now
        var taken = 0
        var slowest = Duration.zero
        for number in first..<(first + count) {
            if number % 256 == 0 {
                note(number)
                // The thread is shared with other tests.
                await Task.yield()
            }
            var mixer = FuzzRandom(seed: seed &+ UInt64(truncatingIfNeeded: number))
            var random = FuzzRandom(seed: mixer.next())
            let began = ContinuousClock.now
            if try attempt(number, &random) { taken += 1 }
            slowest = max(slowest, ContinuousClock.now - began)
        }
        finish(taken, ContinuousClock.now - started, slowest)
        return taken
    }

    private func note(_ number: Int) {
        guard let folder else { return }
        try? Data("\(number)\n".utf8).write(to: folder.appending(path: "\(name).at"))
    }

    private func finish(_ taken: Int, _ time: Duration, _ slowest: Duration) {
        guard let folder else { return }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        let worst = Double(slowest.components.seconds) * 1e3 + Double(slowest.components.attoseconds) * 1e-15
        let row = [name, "\(count)", "\(taken)", "\(count - taken)", String(format: "%.1f", seconds)]
        let text = (row + [String(format: "%.1f", worst)]).joined(separator: "\t") + "\n"
        try? Data(text.utf8).write(to: folder.appending(path: "\(name).tsv"))
        try? FileManager.default.removeItem(at: folder.appending(path: "\(name).at"))
    }
}
