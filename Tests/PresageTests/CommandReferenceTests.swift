import ArgumentParser
import Foundation
import Testing

@testable import presage

/// docs/commands.md is what `--help` says.
struct CommandReferenceTests {
    private var text: String {
        let intro = """
            # Commands

            Every command of `presage` with its options, as `--help` prints them. `make reference` writes this page. How the options of an
            operator in a cluster are changed says [install.md](install.md#options-of-the-operator).

            """
        let groups = Presage.configuration.groupedSubcommands
        let sections = groups.flatMap { group in
            group.subcommands.map { command in
                let help = Presage.helpMessage(for: command, columns: 110)
                // That of every command.
                let lines = help.split(separator: "\n", omittingEmptySubsequences: false).filter {
                    !$0.hasPrefix("  --version ") && !$0.hasPrefix("  -h, --help ")
                }
                let body = lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
                return "## presage \(command._commandName)\n```text\n\(body)\n```\n"
            }
        }
        return ([intro] + sections).joined(separator: "\n")
    }

    @Test func `docs/commands.md has every command as its help tells it`() throws {
        let file = Repository.root.appendingPathComponent("docs/commands.md")
        if ProcessInfo.processInfo.environment["PRESAGE_WRITE_REFERENCE"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(written == text, "a command has changed: run make reference")
    }

    @Test func `commands, options and defaults are told`() {
        for part in ["## presage operator\n", "USAGE: presage plan", "--max-trainings <max-trainings>", "default: 50"] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
