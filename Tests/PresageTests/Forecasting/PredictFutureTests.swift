import ArgumentParser
import ForecastEngine
import Foundation
import Testing

@testable import presage

/// `presage predict --future`: models that need columns forecast with them, and say what is missing.
@Suite struct PredictFutureTests {
    /// 2026-01-01.
    private static let start = 1_767_225_600
    private static let day = 86_400

    /// A folder that goes with the test.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func path(_ name: String) -> String { url.appendingPathComponent(name).path }
        func write(_ text: String, to name: String) throws -> String {
            try Data(text.utf8).write(to: url.appendingPathComponent(name))
            return path(name)
        }
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)
        }
    }

    private static func stamp(_ row: Int) -> String {
        let date = Date(timeIntervalSince1970: Double(start + row * day))
        return String(date.ISO8601Format().prefix(10))
    }

    /// Two shops of 60 days whose promotions are worth 50.
    private static var panel: String {
        var csv = "unique_id,ds,y,promo\n"
        for id in ["a", "b"] {
            for row in 0..<60 {
                let promo = row % 9 == 4 ? 1 : 0
                csv += "\(id),\(stamp(row)),\(100 + row % 7 + 50 * promo),\(promo)\n"
            }
        }
        return csv
    }

    /// Models of the two shops, by the file of `presage fit`.
    private func models(_ folder: Folder) async throws -> [TrainedModel] {
        let panel = try folder.write(Self.panel, to: "panel.csv")
        try await FitCommand.parse([
            "--data", panel, "--algorithm", "prophet", "--regressors", "promo", "--output", folder.path("m"),
        ]).run()
        return try ModelArtifact(decoding: Array(Data(contentsOf: URL(fileURLWithPath: folder.path("m"))))).models
    }

    @Test func `a model with a regressor forecasts with its future`() async throws {
        let folder = try Folder()
        _ = try await models(folder)
        var future = "unique_id,ds,promo\n"
        for id in ["b", "a"] { for row in 60..<65 { future += "\(id),\(Self.stamp(row)),\(row == 62 ? 1 : 0)\n" } }
        let file = try folder.write(future, to: "future.csv")
        try await PredictCommand.parse([
            "--model", folder.path("m"), "--future", file, "--horizon", "5", "--output", folder.path("out.csv"),
            "--data", folder.path("panel.csv"), "--plot", folder.path("plot.svg"), "--plot-theme", "dark",
        ]).run()
        let rows = try folder.text("out.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(rows.count == 10)
        let yhat = rows.filter { $0[0] == "a" }.compactMap { Double($0[2]) }
        #expect(yhat[2] > 140 && yhat[1] < 120 && yhat[3] < 120)

        let picture = try folder.text("plot.svg")
        for title in ["a, Prophet", "trend", "weekly", "extra regressors"] {
            #expect(picture.contains(">\(title)</text>"), "\(title)")
        }
        #expect(picture.contains("#0d1117"))
        #expect(!picture.contains("NaN"))

        // Without a horizon every row of the file is forecast.
        try await PredictCommand.parse([
            "--data", folder.path("panel.csv"), "--algorithm", "prophet", "--regressors", "promo", "--future", file,
            "--output", folder.path("all.csv"),
        ]).run()
        #expect(try folder.text("all.csv").split(separator: "\n").count == 11)
    }

    @Test func `one future without names holds for every series`() async throws {
        let folder = try Folder()
        let models = try await models(folder)
        let file = try folder.write("ds,promo\n\(Self.stamp(60)),0\n\(Self.stamp(61)),1\n", to: "f.csv")
        let table = try FutureTable(path: file, models: models)
        for model in models {
            #expect(try table.frame(for: model, steps: 2).columns == ["promo": [0, 1]])
        }
    }

    @Test func `what is missing of the future is named with series, time and column`() async throws {
        let folder = try Folder()
        let models = try await models(folder)
        func message(_ csv: String, steps: Int? = 2) throws -> String {
            let file = try folder.write(csv, to: "f.csv")
            do {
                let table = try FutureTable(path: file, models: models)
                _ = try table.frame(for: models[0], steps: steps)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let noColumn = try message("unique_id,ds,other\na,\(Self.stamp(60)),1\n")
        #expect(noColumn.contains("no column “promo”") && noColumn.contains("series “a”"))
        let noSeries = try message("unique_id,ds,promo\nb,\(Self.stamp(60)),1\n")
        #expect(noSeries.contains("no row of series “a”"))
        let noRow = try message("unique_id,ds,promo\na,\(Self.stamp(60)),1\n")
        #expect(noRow.contains("series “a” at 2026-03-03 00:00:00") && noRow.contains("promo"))
        let empty = try message("unique_id,ds,promo\na,\(Self.stamp(60)),1\na,\(Self.stamp(61)),\n")
        #expect(empty.contains("“promo” of series “a” is empty at 2026-03-03 00:00:00"))
        #expect(empty.contains("an extra regressor"))
        let past = try message("unique_id,ds,promo\na,\(Self.stamp(10)),1\n", steps: nil)
        #expect(past.contains("after its last observation, 2026-03-01 00:00:00"))
        let text = try message("unique_id,ds,promo\na,\(Self.stamp(60)),yes\n")
        #expect(text.contains("line 2") && text.contains("promo"))
        let twice = try message("unique_id,ds,promo\na,\(Self.stamp(60)),1\na,\(Self.stamp(60)),0\n")
        #expect(twice.contains("more than once"))
    }

    @Test func `a future that is not given is asked for by its columns`() async throws {
        let folder = try Folder()
        _ = try await models(folder)
        let run = try await PresageProcess.run(["predict", "--model", folder.path("m"), "--horizon", "3"])
        #expect(run.status == 1)
        #expect(run.error.contains("failed: a: its model needs the future of “promo”"))
        #expect(run.error.contains("--future"))
        #expect(run.output.isEmpty)
    }

    @Test func `a future that no model needs is refused`() async throws {
        let folder = try Folder()
        let panel = try folder.write(Self.panel, to: "panel.csv")
        let future = try folder.write("ds,promo\n2026-03-02,1\n", to: "f.csv")
        await #expect(throws: FutureTable.Mistake.self) {
            try await PredictCommand.parse([
                "--data", panel, "--algorithm", "naive", "--future", future, "--horizon", "2", "--output",
                folder.path("o"),
            ]).run()
        }
    }

    @Test func `logistic growth takes its cap from the data and from the future`() async throws {
        let folder = try Folder()
        var csv = "unique_id,ds,y,cap,weekend\n"
        for row in 0..<60 {
            csv += "a,\(Self.stamp(row)),\(200 / (1 + exp(-Double(row - 30) / 8))),200,\(row % 7 > 4 ? 1 : 0)\n"
        }
        let data = try folder.write(csv, to: "panel.csv")
        let settings = try folder.write(
            """
            name: Prophet
            growth: logistic
            seasonalities:
              - {name: ends, period: 7, fourierOrder: 2, conditionName: weekend}
            """, to: "settings.yaml")
        let future = try folder.write(
            "ds,cap,weekend\n\(Self.stamp(60)),200,0\n\(Self.stamp(61)),200,1\n", to: "f.csv")
        try await PredictCommand.parse([
            "--data", data, "--settings", settings, "--future", future, "--output", folder.path("o.csv"), "--plot",
            folder.path("p.svg"),
        ]).run()
        let rows = try folder.text("o.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(rows.count == 2)
        #expect(rows.compactMap { Double($0[2]) }.allSatisfy { $0 > 180 && $0 < 215 })
        #expect(try folder.text("p.svg").contains("where weekend is 1"))
    }

    @Test(arguments: [
        ("growth: sideways\n", "growth"), ("growht: linear\n", "growht"), ("nChangepoints: -1\n", "nChangepoints"),
        ("- a\n", "spec.algorithm"), ("a: [\n", "YAML"),
    ])
    func `a wrong settings file is refused by its field`(text: String, field: String) throws {
        let folder = try Folder()
        let file = try folder.write(text, to: "s.yaml")
        #expect {
            _ = try SettingsFile.read(file)
        } throws: { error in
            "\(error)".contains(field) && "\(error)".contains("s.yaml")
        }
    }

    @Test func `options beside the settings file win`() throws {
        let folder = try Folder()
        let file = try folder.write("name: ETS\nintervalWidth: 0.5\nseed: 4\ngrowth: flat\n", to: "s.yaml")
        let plain = try AlgorithmOptions.parse(["--settings", file]).algorithmSettings(nil)
        #expect(plain.name == .ets)
        #expect(plain.intervalWidth == 0.5)
        #expect(plain.seed == 4)
        let other = try AlgorithmOptions.parse([
            "--settings", file, "--interval-width", "0.9", "--growth", "linear", "--seed", "5",
        ]).algorithmSettings(.prophet)
        #expect(other.name == .prophet)
        #expect(other.intervalWidth == 0.9)
        #expect(other.prophet.intervalWidth == 0.9)
        #expect(other.prophet.growth == .linear)
        #expect(other.seed == 5)
    }

    @Test(arguments: [
        ["--model", "m"], ["--horizon", "3"], ["--model", "m", "--horizon", "0"],
        ["--data", "-", "--future", "-"], ["--data", "x", "--horizon", "3", "--plot-series", "a"],
        ["--data", "x", "--horizon", "3", "--plot", "p", "--plot-theme", "blue"],
        ["--data", "x", "--horizon", "3", "--growth", "fast"],
    ])
    func `a wrong command line is a usage error`(arguments: [String]) {
        #expect {
            _ = try PredictCommand.parse(arguments)
        } throws: { error in
            PredictCommand.exitCode(for: error) == .validationFailure
        }
    }

    @Test func `a series to draw that is not there is an error by its name`() async throws {
        let folder = try Folder()
        let panel = try folder.write(Self.panel, to: "panel.csv")
        await #expect {
            try await PredictCommand.parse([
                "--data", panel, "--algorithm", "naive", "--horizon", "2", "--output", folder.path("o"), "--plot",
                folder.path("p"), "--plot-series", "zebra",
            ]).run()
        } throws: { "\($0)".contains("zebra") }
    }

    @Test func `a backtest of one algorithm draws its components, of two none`() async throws {
        let folder = try Folder()
        let panel = try folder.write(Self.panel, to: "panel.csv")
        for (names, hasParts) in [("prophet", true), ("prophet,mstl", false)] {
            try await BacktestCommand.parse([
                "--data", panel, "--algorithm", names, "--holdout", "7", "--output", folder.path("o"), "--plot",
                folder.path("p.svg"), "--plot-series", "b",
            ]).run()
            let picture = try folder.text("p.svg")
            #expect(picture.contains(">b</text>"))
            #expect(picture.contains(">weekly</text>") == hasParts)
        }
    }

    @Test func `a fit draws what it fitted, or says how to`() async throws {
        let folder = try Folder()
        let panel = try folder.write(Self.panel, to: "panel.csv")
        try await FitCommand.parse([
            "--data", panel, "--algorithm", "mstl", "--output", folder.path("m"), "--plot", folder.path("p.svg"),
        ]).run()
        let picture = try folder.text("p.svg")
        #expect(picture.contains(">a, MSTL</text>"))
        #expect(picture.contains(">season of 7 steps</text>"))
        await #expect {
            try await FitCommand.parse([
                "--data", panel, "--algorithm", "prophet", "--regressors", "promo", "--output", folder.path("m"),
                "--plot", folder.path("q.svg"),
            ]).run()
        } throws: { "\($0)".contains("promo") && "\($0)".contains("--future") }
        // The models were stored all the same.
        #expect(FileManager.default.fileExists(atPath: folder.path("m")))
    }
}
