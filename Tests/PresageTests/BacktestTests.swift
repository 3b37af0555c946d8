import ArgumentParser
import ForecastEngine
import Foundation
import KubernetesClient
import Testing

@testable import presage

@Suite struct BacktestTests {
    private let panel = [
        TrainFixtures.series("a"), TrainFixtures.series("b", level: 50, seed: 4),
        TimeSeries(id: "short", times: [0, 3600, 7200], values: [1, 2, 3]),
    ]

    private func backtest(threads: Int = 2, origins: Int = 2) -> Backtest {
        Backtest(holdout: 24, origins: origins, interval: .usual, threads: threads)
    }

    @Test func `scores are those of the engine's own evaluation`() async throws {
        let scores = await backtest(origins: 1).run(panel, settings: AlgorithmSettings(name: .seasonalNaive))
        let cut = panel[0].times[panel[0].count - 25]
        let expected = try evaluate(recipe: Recipe(.seasonalNaive), on: panel[0], cut: cut).score
        #expect(scores[0].smape == expected.smape)
        #expect(scores[0].mase == expected.mase)
    }

    @Test(arguments: [AlgorithmName.seasonalNaive, .prophet])
    func `a series that failed is counted and says why`(name: AlgorithmName) async throws {
        let scores = await backtest(origins: 1).run(panel, settings: AlgorithmSettings(name: name))
        #expect(scores.map(\.id) == ["a", "b", "short"])
        #expect(scores[2].failure?.contains("short") == true)
        var report = BacktestReport()
        report.add(scores, name: name, wallSeconds: nil)
        #expect(report.summaries[0].series == 2)
        #expect(report.summaries[0].failed == 1)
        let json = try JSONValue(parsing: report.text(.json))
        #expect(json["series", 2, "error"]?.stringValue?.contains("short") == true)
        #expect(json["series", 2, "smape"]?.isNull == true)
        #expect(json["algorithms", 0, "wallSeconds"] == nil)
        #expect(report.text(.table).contains("failed, e.g. short"))
    }

    @Test func `the same bytes come out on any number of threads`() async {
        var texts: [String] = []
        for threads in [1, 2, 5] {
            var report = BacktestReport()
            for name in [AlgorithmName.ets, .prophet] {
                let scores = await backtest(threads: threads).run(panel, settings: AlgorithmSettings(name: name))
                report.add(scores, name: name, wallSeconds: nil)
            }
            for name in [AlgorithmName.auto, .theta, .mstl, .profile, .seasonalNaive, .naive] {
                let scores = await backtest(threads: threads, origins: 1)
                    .run(panel, settings: AlgorithmSettings(name: name))
                report.add(scores, name: name, wallSeconds: nil)
            }
            texts.append(report.text(.json))
        }
        #expect(Set(texts).count == 1)
    }

    @Test func `fit, predict and backtest work on files`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
        }
        // Ordered by time, not by series: such a panel is read as a whole.
        var csv = "unique_id,ds,y\n"
        for row in panel[0].times.indices {
            for series in panel.prefix(2) { csv += "\(series.id),\(series.times[row]),\(series.values[row])\n" }
        }
        try Data(csv.utf8).write(to: URL(fileURLWithPath: path("panel.csv")))

        try await FitCommand.parse(["--data", path("panel.csv"), "--algorithm", "ets", "--output", path("m")]).run()
        try await PredictCommand.parse(["--model", path("m"), "--horizon", "5", "--output", path("stored.csv")]).run()
        try await PredictCommand.parse([
            "--data", path("panel.csv"), "--algorithm", "ets", "--horizon", "5", "--output", path("direct.csv"),
            "--plot", path("plot.svg"),
        ]).run()
        let stored = try text("stored.csv").split(separator: "\n")
        #expect(stored.count == 11)
        #expect(stored[0] == "unique_id,ds,yhat,yhat_lower,yhat_upper")
        #expect(stored[1].hasPrefix("a,2026-01-26 00:00:00,"))
        // The stored models were calibrated for a day, the direct ones for five steps: the point forecasts agree.
        let direct = try text("direct.csv").split(separator: "\n")
        #expect(stored.map { $0.split(separator: ",")[2] } == direct.map { $0.split(separator: ",")[2] })
        let picture = try text("plot.svg")
        #expect(picture.hasPrefix("<svg") || picture.hasPrefix("<?xml"))

        try await BacktestCommand.parse([
            "--data", path("panel.csv"), "--algorithm", "ets,naive", "--holdout", "24", "--format", "csv", "--output",
            path("scores.csv"),
        ]).run()
        #expect(try text("scores.csv").split(separator: "\n").count == 5)
    }

    @Test(arguments: [
        ["--data", "x", "--holdout", "0"], ["--data", "x", "--holdout", "3", "--algorithm", "magic"],
        ["--data", "x", "--holdout", "3", "--origins", "0"], ["--data", "x", "--holdout", "3", "--threads", "0"],
        ["--data", "x", "--holdout", "3", "--format", "xml"], ["--holdout", "3"],
        ["--data", "x", "--holdout", "3", "--interval-width", "1"],
        ["--data", "x", "--holdout", "3", "--season-lengths", "24,1"],
    ])
    func `a wrong command line is a usage error`(arguments: [String]) {
        #expect {
            _ = try BacktestCommand.parse(arguments)
        } throws: { error in
            BacktestCommand.exitCode(for: error) == .validationFailure
        }
    }

    @Test func `rows that repeat a time are told of, grouped by series or not`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        for (rows, expected) in [
            ("a,2026-01-01,1\na,2026-01-01,2\na,2026-01-02,3\nb,2026-01-01,1\n", 1),
            ("a,2026-01-01,1\nb,2026-01-01,1\na,2026-01-01,2\na,2026-01-02,3\n", 1),
            ("a,2026-01-01,1\na,2026-01-02,3\nb,2026-01-01,1\n", 0),
        ] {
            try Data(("unique_id,ds,y\n" + rows).utf8).write(to: file)
            var input = try PanelInput(path: file.path, columns: [])
            let all = try input.readAll()
            #expect(all.map(\.id) == ["a", "b"])
            #expect(all[0].values == (expected == 1 ? [2, 3] : [1, 3]))
            #expect(input.notes.count == expected)
            if expected == 1 { #expect(input.notes.first?.hasPrefix("note: 1 row repeats a time") == true) }
        }
    }

    @Test func `the progress bar shows how far it is`() {
        #expect(ProgressBar.line("fit", done: 5, total: nil) == "fit 5 series")
        #expect(ProgressBar.line("fit", done: 10, total: 10).hasSuffix("█ 10 of 10"))
    }
}
