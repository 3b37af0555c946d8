import ArgumentParser
import Foundation

/// Prints the made-up history that the demo runs on, or one like it.
struct SampleHistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-history",
        abstract: "Print a made-up usage history as CSV, in the columns timestamp,container,cpu,memory.",
        discussion: "The same options print the same rows. docs/sample-history.md says what they are made of."
    )

    @Option(parsing: .unconditional, help: ArgumentHelp("How many days it spans.", valueName: "n"))
    var days = 28

    @Option(help: ArgumentHelp("The time of the last row.", valueName: "time"))
    var end = "2026-03-01T23:55:00Z"

    @Option(parsing: .unconditional, help: ArgumentHelp("Seconds between rows.", valueName: "n"))
    var step = 300

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The seed of the noise, the incident and the gaps.", valueName: "n"))
    var seed: UInt64 = 1

    func validate() throws {
        guard (1...3660).contains(days) else { throw ValidationError("--days is \(days); give 1 to 3660") }
        guard (1...86_400).contains(step) else { throw ValidationError("--step is \(step); give 1 to 86400 seconds") }
        guard (try? Date(end, strategy: .iso8601)) != nil else {
            throw ValidationError("--end is '\(end)'; give a time such as 2026-03-01T23:55:00Z")
        }
    }

    func run() throws {
        let last = Int(try Date(end, strategy: .iso8601).timeIntervalSince1970)
        let sample = SampleHistory(days: days, end: last, step: step, seed: seed)
        try TextOutput.write(sample.csv(), to: nil)
    }
}
