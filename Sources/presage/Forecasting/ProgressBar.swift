import Foundation

/// A bar on standard error, drawn only where that is a terminal.
struct ProgressBar {
    private let isVisible: Bool
    private let title: String

    init(_ title: String, isVisible: Bool = isatty(STDERR_FILENO) == 1) {
        self.title = title
        self.isVisible = isVisible
    }

    /// Shows how far the work is; without a known total only the count.
    func show(_ done: Int, of total: Int? = nil) {
        guard isVisible else { return }
        write("\r\u{1B}[K\(Self.line(title, done: done, total: total))")
    }

    /// Takes the bar away, so that what is printed next begins on a clean line.
    func finish() {
        if isVisible { write("\r\u{1B}[K") }
    }

    /// The bar as text, `backtest ███████░░░░░ 580 of 1000`.
    static func line(_ title: String, done: Int, total: Int?) -> String {
        guard let total, total > 0 else { return "\(title) \(done) series" }
        let width = 30
        let filled = min(width, done * width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(title) \(bar) \(done) of \(total)"
    }

    private func write(_ text: String) {
        TextOutput.progress(text)
    }
}
