import Foundation
import KubernetesClient
import Testing

@testable import presage

/// What a person sees of `presage fit`, `predict`, `backtest` and `plan` where something is wrong: one line that names it, a
/// status that is not 0, and no file.
@Suite struct CommandLineTests {
    /// A folder with a panel of two series and a fitted model, gone after the test.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

        init() throws {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try write(Self.panel(series: 2), as: "panel.csv")
            try FileManager.default.createDirectory(
                at: url.appending(path: "folder"), withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ text: String, as name: String) throws { try write(Data(text.utf8), as: name) }
        func write(_ data: Data, as name: String) throws { try data.write(to: url.appendingPathComponent(name)) }

        var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }

        func presage(_ arguments: String...) async throws -> PresageProcess {
            try await PresageProcess.run(arguments, in: url)
        }

        /// A line of a shell, in which `presage` is the program.
        func shell(_ line: String) async throws -> PresageProcess {
            let executable = try PresageProcess.executable().path
            return try await PresageProcess.run(
                ["-c", "presage() { '\(executable)' \"$@\"; }; \(line)"], in: url,
                program: URL(fileURLWithPath: "/bin/sh"))
        }

        static func panel(series: Int, days: Int = 120) -> String {
            var text = "unique_id,ds,y\n"
            for id in 0..<series {
                for day in 0..<days {
                    text += "s\(id),\(1_767_225_600 + day * 86_400),\(100 + day % 7 + day * 7919 % 13)\n"
                }
            }
            return text
        }
    }

    @Test(arguments: [
        ("", "input: the file is empty"),
        ("unique_id,ds,y\n", "input, line 1: there are no rows below the header"),
        ("a,b,c\n1,2,3\n", "the wide form needs the columns timestamp, container, cpu, memory and the long form needs"),
        ("a,b,c\n1,2,3\n", "found are a, b, c; add a header line or rename columns"),
        ("unique_id,ds,y\rs,2026-01-01,1\r", "end lines with LF or CRLF"),
        ("unique_id,ds,y\na,2026-01-01,abc\n", "input, line 2, column \"y\": \"abc\" is not a finite number"),
        ("unique_id,ds,y\na,01/02/2026,1\n", "input, line 2, column \"ds\": \"01/02/2026\" is not a timestamp"),
        ("unique_id,ds,y\na,2026-01-01,1,2\n", "input, line 2: the row has 4 fields and the header 3"),
        ("\u{7F}ELF\u{0}\u{1}\n", "input: is no text in UTF-8"),
        ("x,", "and 999989 more"), ("xxx", "found are xxxx"),
    ])
    func `a file that is no panel is one short line`(text: String, message: String) async throws {
        let folder = try Folder()
        // The long ones are made here: arguments are printed.
        let isLong = text.hasPrefix("x")
        try folder.write(isLong ? String(repeating: text, count: 1_000_000) : text, as: "input")
        for command in ["fit --output made", "predict --horizon 3 --output made", "backtest --holdout 3 --output made"]
        {
            let run = try await folder.shell("presage \(command) --data input --algorithm naive")
            #expect(run.status == 1, "\(command)")
            #expect(run.error.hasPrefix("presage: error: input"), "\(run.error.prefix(300))")
            #expect(run.error.contains(message), "\(run.error.prefix(300))")
            #expect(run.error.split(separator: "\n").count == 1 && run.error.utf8.count < 800)
            #expect(run.output.isEmpty)
        }
        #expect(folder.files == ["folder", "input", "panel.csv"])
    }

    @Test(arguments: [
        ("fit --data panel.csv --output m --algorithm magic", "'magic' is invalid for '--algorithm"),
        ("fit --data panel.csv --output m --horizon -5", "--horizon is -5; give 1 to 1000000 steps"),
        ("fit --data panel.csv --output m --horizon 1000001", "--horizon is 1000001"),
        ("fit --data panel.csv --output m --threads 0", "--threads is 0; give at least 1"),
        ("fit --data panel.csv --output m --threads -2", "--threads is -2"),
        ("fit --data panel.csv --output m --country-holidays XX", "--country-holidays is “XX”; give one of BR"),
        ("fit --data panel.csv --output m --growth cubic", "'cubic' is invalid for '--growth"),
        ("fit --data panel.csv --output m --algorithm ets --regressors promo", "--regressors is for prophet"),
        ("fit --data panel.csv", "Missing expected argument '--output <file>'"),
        ("predict --data panel.csv --horizon 999999999", "--horizon is 999999999"),
        ("predict --data panel.csv", "give --horizon, or --future"),
        ("predict --model m --horizon 3 --algorithm ets", "--algorithm says how to fit"),
        ("predict --model m --horizon 3 --interval-width 0.9", "--interval-width says how to fit"),
        ("predict --data panel.csv --horizon 3 --format xml", "'xml' is invalid for '--format"),
        ("backtest --data panel.csv --holdout -5", "--holdout is -5; give at least 1 row"),
        (
            "backtest --data panel.csv --holdout 5 --algorithm naive,magic",
            "--algorithm has “magic”; give one or more of auto"
        ),
        ("backtest --data panel.csv --holdout 5 --algorithm ets,naive --growth flat", "--growth is for prophet"),
        ("plan . --threads 0", "--threads is 0"),
        ("plan . -o yaml", "'yaml' is invalid for '-o"),
    ])
    func `a wrong command line says which option and ends with 64`(line: String, message: String) async throws {
        let folder = try Folder()
        let run = try await folder.shell("presage \(line)")
        #expect(run.status == 64)
        #expect(run.error.hasPrefix("presage: error: "), "\(run.error)")
        #expect(run.error.contains(message), "\(run.error)")
        #expect(run.output.isEmpty)
        #expect(folder.files == ["folder", "panel.csv"])
    }

    @Test(arguments: [
        ("fit --data nothing --output none/m", "cannot write none/m: there is no folder none; make it first"),
        ("fit --data nothing --output folder", "cannot write folder: it is a folder; name a file in it"),
        ("fit --data nothing --output m --plot none/p.svg", "cannot write none/p.svg: there is no folder none"),
        ("predict --data nothing --horizon 3 --output none/o", "cannot write none/o: there is no folder"),
        ("backtest --data nothing --holdout 3 --output none/o", "cannot write none/o: there is no folder"),
        ("plan . -o kustomize --out panel.csv", "panel.csv: is a file; name a folder by --out"),
    ])
    func `a place that cannot be written is told before anything is read`(line: String, message: String) async throws {
        let folder = try Folder()
        let run = try await folder.shell("presage \(line)")
        #expect(run.status == 1)
        #expect(run.error.hasPrefix("presage: error: \(message)"), "\(run.error)")
        #expect(folder.files == ["folder", "panel.csv"])
    }

    @Test func `where nothing can be forecast or scored there is no file`() async throws {
        let folder = try Folder()
        try folder.write("unique_id,ds,y\na,2026-01-01,\na,2026-01-02,\n", as: "empty.csv")
        let predict = try await folder.presage("predict", "--data", "empty.csv", "--horizon", "3", "--output", "made")
        #expect(predict.status == 1)
        #expect(predict.error.contains("not one series could be forecast"))
        let backtest = try await folder.presage(
            "backtest", "--data", "panel.csv", "--algorithm", "naive", "--holdout", "500", "--output", "made")
        #expect(backtest.status == 1)
        #expect(
            backtest.error.contains("not one series could be scored with --holdout 500, e.g. Series 's0' has 120 rows"))
        #expect(!folder.files.contains("made"))
        // A program is told of each series why.
        let report = try await folder.presage(
            "backtest", "--data", "panel.csv", "--algorithm", "naive", "--holdout", "500", "--format", "json")
        #expect(report.status == 1)
        let json = try JSONValue(parsing: report.output)
        let series = try #require(json["series"]?.arrayValue)
        #expect(!series.isEmpty)
        #expect(series.allSatisfy { $0["error"]?.stringValue?.contains("120 rows") == true })
    }

    @Test func `a program is told of each series why it has no forecast, as of a backtest`() async throws {
        let folder = try Folder()
        try folder.write("unique_id,ds,y\na,2026-01-01,\na,2026-01-02,\n", as: "empty.csv")
        let run = try await folder.presage("predict", "--data", "empty.csv", "--horizon", "3", "--format", "json")
        #expect(run.status == 1)
        let json = try JSONValue(parsing: run.output)
        #expect(json["forecasts", 0, "error"]?.stringValue?.contains("has no value at all") == true, "\(run.output)")
    }

    @Test(arguments: ["fit --output m", "predict --horizon 3 --output f"])
    func `a series of one time is not forecast second by second`(line: String) async throws {
        let folder = try Folder()
        try folder.write(Folder.panel(series: 1) + "late,2026-05-01,1\nlate,2026-05-01,2\n", as: "panel.csv")
        let run = try await folder.shell("presage \(line) --data panel.csv --algorithm naive")
        #expect(run.status == 0)
        #expect(
            run.error.contains("failed: late: Series 'late' has rows of one time only, which do not tell the step"),
            "\(run.error)")
        let forecasts = try await folder.shell("presage predict --model m --horizon 3 || cat f")
        #expect(forecasts.output.split(separator: "\n").count == 4 && !forecasts.output.contains("late"))
    }

    @Test func `a picture that cannot be drawn leaves no forecasts behind`() async throws {
        let folder = try Folder()
        let run = try await folder.shell(
            "presage predict --data panel.csv --algorithm naive --horizon 3 --output f --plot p.svg --plot-series s9")
        #expect(run.status == 1)
        #expect(run.error.contains("there is no forecast of “s9” to draw; check --plot-series"), "\(run.error)")
        #expect(folder.files == ["folder", "panel.csv"])
    }

    @Test func `a setting that there is not is named beside those that there are`() async throws {
        let folder = try Folder()
        try folder.write("changepointsPriorScale: 0.1\n", as: "s.yaml")
        let run = try await folder.shell("presage fit --data panel.csv --settings s.yaml --output m")
        #expect(run.status == 1)
        #expect(run.error.contains("s.yaml: unknown: changepointsPriorScale; the fields are name, "), "\(run.error)")
        #expect(run.error.contains(", changepointPriorScale, "))
    }

    @Test func `fewer origins than were asked for are told of`() async throws {
        let folder = try Folder()
        let run = try await folder.presage(
            "backtest", "--data", "panel.csv", "--algorithm", "naive", "--holdout", "30", "--origins", "9")
        #expect(run.status == 0)
        #expect(
            run.error.contains("note: 2 of 2 series are too short for 9 origins of 30 rows, e.g. s0 has 3"),
            "\(run.error)")
    }

    @Test func `a demo that finds no definitions says where it looked`() async throws {
        let folder = try Folder()
        let run = try await folder.presage("demo", "--crds", "folder", "--output", "d")
        #expect(run.status == 1)
        #expect(run.error.contains("/folder; run this from the repository's root, or name the folder"), "\(run.error)")
        #expect(run.error.split(separator: "\n").count == 1)
    }

    @Test func `what is no model names the file`() async throws {
        let folder = try Folder()
        let run = try await folder.presage("predict", "--model", "panel.csv", "--horizon", "3")
        #expect(run.status == 1)
        #expect(run.error.hasPrefix("presage: error: panel.csv: These"))
        #expect(run.error.contains("Give the file that presage fit stored"))
    }

    @Test(arguments: [
        "predict --data panel.csv --algorithm naive --horizon 3",
        "backtest --data panel.csv --algorithm naive --holdout 3",
        "sample-history --days 1", "plan manifests.yaml",
    ])
    func `an output that is full or closed is an error and no crash`(line: String) async throws {
        let folder = try Folder()
        try folder.write(PlanFolder.deployment() + "\n---\n" + PlanFolder.model, as: "manifests.yaml")
        try folder.write(PlanFolder.history(), as: "usage.csv")
        for (place, why) in [("> /dev/full", "No space left on device"), (">&-", "")] {
            let run = try await folder.shell("presage \(line) \(place)")
            #expect(run.status == 1, "\(run.status)")
            #expect(
                run.error.hasPrefix("presage: error: cannot write to standard output: \(why)"),
                "\(run.error.prefix(200))")
            #expect(run.error.split(separator: "\n").count == 1)
        }
        // The reader went away: the system ends the program, as it ends others.
        let head = try await folder.shell("presage \(line) | head -n 1")
        #expect(head.status == 0)
        #expect(head.error.isEmpty, "\(head.error.prefix(200))")
    }

    @Test func `a standard error that is closed changes nothing`() async throws {
        let folder = try Folder()
        let run = try await folder.shell("presage fit --data panel.csv --algorithm naive --output m 2>&-")
        #expect(run.status == 0)
        #expect(folder.files.contains("m"))
    }

    @Test func `what is interrupted leaves no file`() async throws {
        let folder = try Folder()
        try folder.write(Folder.panel(series: 400, days: 1500), as: "panel.csv")
        let run = try await folder.shell(
            "timeout --signal=INT 1 '\(try PresageProcess.executable().path)' fit --data panel.csv --output m")
        #expect(run.status == 124)
        #expect(folder.files == ["folder", "panel.csv"])
    }

    @Test(arguments: ["panel.csv", "usage.csv"])
    func `standard input and a pipe are read as a file is, a workload's table too`(name: String) async throws {
        let folder = try Folder()
        try folder.write(PlanFolder.history(), as: "usage.csv")
        let options = "--algorithm seasonalnaive --horizon 3"
        let file = try await folder.shell("presage predict --data \(name) \(options)")
        #expect(file.status == 0 && file.output.split(separator: "\n").count == 7, "\(file.error)")
        let input = try await folder.shell("cat \(name) | presage predict --data - \(options)")
        #expect(input.output == file.output, "\(input.error)")
        let pipe = try await folder.shell(
            "mkfifo pipe && (cat \(name) > pipe &) && presage predict --data pipe \(options)")
        #expect(pipe.output == file.output, "\(pipe.error)")
    }

    @Test func `a pipe that brings nothing is told of as such`() async throws {
        let folder = try Folder()
        let run = try await folder.shell("kubectl-that-fails 2> log | presage plan - --history panel.csv")
        #expect(run.status == 1)
        #expect(
            run.error == "presage: error: standard input: is empty; look at the command that writes to it\n",
            "\(run.error)")
    }

    @Test func `help has examples and every choice`() async throws {
        let folder = try Folder()
        for (command, words) in [
            ("fit", ["presage fit --data panel.csv", "linear, logistic, flat", "BR, CN"]),
            ("predict", ["presage predict --model models", "conformal, native", "csv, json"]),
            ("backtest", ["presage backtest --data panel.csv", "json, csv, table"]),
            ("plan", ["presage plan deploy/ --history usage.csv -o kustomize --out patches\n", "table, json"]),
            // A paragraph is one, however wide the window.
            ("demo", ["as a process of its own\nagainst it, applies the CRDs, a workload and its model, waits"]),
            ("playground", ["an API server without"]),
        ] {
            let run = try await folder.presage(command, "--help")
            #expect(run.status == 0)
            for word in words { #expect(run.output.contains(word), "\(command): \(word)") }
        }
    }
}
