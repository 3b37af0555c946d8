import Foundation
import Testing

/// The whole loop through the playground: the operator a process of its own, trainers local processes, all over HTTP.
@Suite(.serialized)
struct WholeLoopTests {
    private func demo(_ arguments: [String] = []) async throws -> (PresageProcess, URL) {
        let output = FileManager.default.temporaryDirectory.appending(path: "presage-demo-\(UUID().uuidString)")
        let process = try await PresageProcess.run(
            ["demo", "--output", output.path] + arguments, in: PresageProcess.repository)
        return (process, output)
    }

    @Test func `history becomes a promoted version, a refused one, a better one, and a changed Deployment`()
        async throws
    {
        let (demo, output) = try await demo()
        defer { try? FileManager.default.removeItem(at: output) }
        #expect(demo.status == 0, "\(demo.error)\(demo.output)")
        #expect(demo.output.contains("SeasonalNaive: SMAPE"))
        #expect(demo.output.contains("Naive: SMAPE") && demo.output.contains("refused"))
        #expect(demo.output.contains("promoted as version 2"))
        let rows = demo.output.split(separator: "\n").filter { $0.contains("cpu request") || $0.contains("cpu limit") }
        #expect(rows.count == 4, "two containers, a request and a limit each")
        #expect(demo.output.contains("= 80% of") && demo.output.contains("= 120% of"))
        let picture = try String(contentsOf: output.appending(path: "demo.svg"), encoding: .utf8)
        #expect(picture.hasPrefix("<svg") && picture.contains("request"))
        let log = try String(contentsOf: output.appending(path: "operator.log"), encoding: .utf8)
        #expect(!log.contains(" error "), "\(log)")
    }

    @Test func `a panel of any series is trained and forecast, and nothing is scaled`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "panel-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        var text = "unique_id,ds,y\n"
        for shop in ["north", "south"] {
            for day in 0..<200 {
                let date = Date(timeIntervalSince1970: 1_700_006_400 + Double(day) * 86_400)
                let value = 100 + Double(day) / 10 + [0, 5, 8, 9, 12, 30, 25][day % 7] + Double((day * 7919) % 11)
                text += "\(shop),\(date.formatted(.iso8601.year().month().day())),\(value)\n"
            }
        }
        try Data(text.utf8).write(to: file)
        let (demo, output) = try await demo(["--data", file.path])
        defer { try? FileManager.default.removeItem(at: output) }
        #expect(demo.status == 0, "\(demo.error)\(demo.output)")
        #expect(demo.output.contains("promoted: version 1"))
        #expect(!demo.output.contains("Deployment fleet"))
    }

    @Test(arguments: [
        ("nothing.csv", nil, "nothing.csv"),
        ("columns.csv", "time,value\n1,2\n", "columns.csv"),
        ("text.csv", "timestamp,container,cpu,memory\n2026-01-01T00:00:00Z,web,much,1\n", "line 2"),
        (
            "short.csv", "timestamp,container,cpu,memory\n2026-01-01T00:00:00Z,web,1,1\n2026-01-01T01:00:00Z,web,1,1\n",
            "short"
        ),
    ])
    func `a history that cannot be used ends the demo with one line that names it`(
        name: String, content: String?, part: String
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-bad-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: name)
        if let content { try Data(content.utf8).write(to: file) }
        let (demo, output) = try await demo(["--data", file.path])
        defer { try? FileManager.default.removeItem(at: output) }
        #expect(demo.status == 1)
        #expect(demo.error.hasPrefix("presage: error: "), "\(demo.error)")
        #expect(demo.error.contains(part), "\(demo.error)")
        #expect(demo.error.split(separator: "\n").count == 1)
    }
}
