import Foundation

/// The demo's running commentary: one line a step, with the time since the loop began.
///
/// On a terminal the current step is redrawn in place; elsewhere each step is one line, when it is done.
final class DemoProgress {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant

    init() {
        begin = clock.now
    }

    /// Seconds since the demo began.
    var elapsed: Double { Double(begin.duration(to: clock.now) / .milliseconds(1)) / 1000 }

    /// Shows what is being waited for; the next call replaces it.
    func waiting(_ text: String) {
        guard isTerminal else { return }
        write("\r\u{1B}[2K\u{1B}[2m" + stamp + "  … " + text + "\u{1B}[0m")
    }

    /// Says what has happened.
    func done(_ text: String) {
        write((isTerminal ? "\r\u{1B}[2K" : "") + stamp + "  ✓ " + text + "\n")
    }

    /// Says what to know without a step being done.
    func note(_ text: String) {
        write((isTerminal ? "\r\u{1B}[2K" : "") + stamp + "    " + text + "\n")
    }

    private var stamp: String {
        let text = String(format: "%.1f s", elapsed)
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    /// Prints a line that belongs to no step.
    static func say(_ text: String = "") {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    private func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
