import ForecastEngine
import Testing

@testable import DataSources

@Suite struct CSVReaderTests {
    private func read(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> History {
        try CSVReader(options: options).read(bytes: Array(text.utf8), name: "usage.csv")
    }

    private func failure(_ text: String, _ options: CSVOptions = CSVOptions()) -> DataError? {
        #expect(throws: DataError.self) { try read(text, options) }
        do { _ = try read(text, options) } catch { return error as? DataError }
        return nil
    }

    // MARK: Forms

    @Test func `the long form becomes one series an id`() throws {
        let history = try read("unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,2.5\nb,2026-01-01,-3e2\n")
        #expect(history.meaning == .panel)
        #expect(history.series.map(\.id) == ["a", "b"])
        #expect(history.series[0].times == [1_767_225_600, 1_767_312_000])
        #expect(history.series[0].values == [1, 2.5])
        #expect(history.series[1].values == [-300])
        #expect(history.report.rows == 3)
        #expect(history.report.findings.isEmpty)
    }

    @Test func `columns stand in any order and extra numbers become columns`() throws {
        let history = try read("promo,y,note,ds,unique_id\n1,10,x,2026-01-01,a\n,11,,2026-01-02,a\n")
        #expect(history.series[0].values == [10, 11])
        #expect(history.series[0].columns.keys.sorted() == ["promo"])
        #expect(history.series[0].columns["promo"]?[0] == 1)
        #expect(history.series[0].columns["promo"]?[1].isNaN == true)
        #expect(history.report.findings.map(\.kind) == [.textColumn])
        #expect(history.report.findings[0].column == "note")
    }

    @Test func `a file without an id column is one series named after its value`() throws {
        let history = try read("ds,y\n2026-01-01,1\n2026-01-02,2\n")
        #expect(history.series.map(\.id) == ["y"])
    }

    @Test func `the wide form becomes CPU and memory of each container`() throws {
        let history = try read(
            "timestamp,container,cpu,memory\n"
                + "2026-01-01T00:00:00Z,web,0.25,1048576\n2026-01-01T00:00:00Z,db,1,2097152\n"
                + "2026-01-01T00:05:00Z,web,,1048577\n2026-01-01T00:05:00Z,db,2,2097153\n"
        )
        #expect(history.meaning == .busiestPod)
        #expect(history.series.map(\.id) == ["web/cpu", "web/memory", "db/cpu", "db/memory"])
        #expect(history.series[0].values[0] == 0.25)
        #expect(history.series[0].values[1].isNaN)
        #expect(history.series[1].values == [1_048_576, 1_048_577])
        #expect(history.series[3].values == [2_097_152, 2_097_153])
    }

    @Test func `a usage whose sum over pods would be no number is refused by line and column`() {
        let error = failure(
            "timestamp,container,cpu,memory,pod\n2026-01-01,web,1,1e6,a\n2026-01-01,web,1.7e308,1e6,b\n")
        #expect(error?.code == .invalidNumber)
        #expect(error?.line == 3)
        #expect(error?.column == "cpu")
    }

    @Test func `the mean of the largest numbers is a number`() throws {
        let history = try read(
            "ds,y\n2026-01-01,1.7e308\n2026-01-01,1.7e308\n", CSVOptions(duplicates: .mean))
        #expect(history.series[0].values == [1.7e308])
    }

    @Test func `pods become a CPU total with its unevenness and the busiest memory`() throws {
        let history = try read(
            "timestamp,container,cpu,memory,pod\n"
                + "2026-01-01 00:00,web,1,1000000,p1\n2026-01-01 00:00,web,3,2000000,p2\n"
                + "2026-01-01 00:05,web,2,1500000,p1\n2026-01-01 00:05,web,2,1200000,p2\n"
        )
        #expect(history.meaning == .allPods)
        let cpu = history.series[0]
        #expect(cpu.id == "web/cpu")
        #expect(cpu.values == [4, 4])
        #expect(cpu.columns[History.podsColumn] == [2, 2])
        #expect(cpu.columns[History.shareColumn] == [1.5, 1])
        #expect(history.series[1].values == [2_000_000, 1_500_000])
    }

    @Test func `a lost sample of one pod does not lower the total`() throws {
        let rows = (0..<6).flatMap { minute in
            ["p1", "p2"].compactMap { pod in
                minute == 3 && pod == "p2" ? nil : "2026-01-01 00:0\(minute):00,web,2,5000000,\(pod)"
            }
        }
        let history = try read("timestamp,container,cpu,memory,pod\n" + rows.joined(separator: "\n"))
        #expect(history.series[0].values == Array(repeating: 4, count: 6))
        #expect(history.report.findings.first { $0.kind == .podsMissing }?.count == 1)
    }

    @Test func `pods that report at different moments are put on one grid`() throws {
        let rows = (0..<5).flatMap { minute in
            ["2026-01-01 00:0\(minute):03,web,1,5000000,p1", "2026-01-01 00:0\(minute):41,web,3,6000000,p2"]
        }
        let history = try read("timestamp,container,cpu,memory,pod\n" + rows.joined(separator: "\n"))
        #expect(history.series[0].values == Array(repeating: 4, count: 5))
        #expect(history.report.findings.contains { $0.kind == .aligned })
    }

    // MARK: Details of the format

    @Test func `quotes, CRLF, a byte order mark and blank lines are understood`() throws {
        let text =
            "\u{FEFF}unique_id,ds,y\r\n\"a, \"\"b\"\"\",2026-01-01,\"1\"\r\n\r\n\"a, \"\"b\"\"\",2026-01-02,2\r\n"
        let history = try read(text)
        #expect(history.series.map(\.id) == ["a, \"b\""])
        #expect(history.series[0].values == [1, 2])
    }

    @Test func `rows in any order are sorted and the report says so`() throws {
        let history = try read(
            "unique_id,ds,y\nb,2026-01-02,4\na,2026-01-03,3\nb,2026-01-01,5\na,2026-01-01,1\na,2026-01-02,2\n"
        )
        #expect(history.series.map(\.id) == ["b", "a"])
        #expect(history.series.map(\.values) == [[5, 4], [1, 2, 3]])
        #expect(history.report.findings.first { $0.kind == .sorted }?.series == 2)
    }

    @Test(arguments: [
        (CSVOptions.Duplicates.last, [3.0, 9]), (.mean, [2, 9]), (.maximum, [3, 9]), (.keep, [1, 3, 9]),
    ])
    func `duplicates are merged by the policy`(policy: CSVOptions.Duplicates, expected: [Double]) throws {
        let history = try read(
            "unique_id,ds,y\na,2026-01-01,1\na,2026-01-01,3\na,2026-01-02,9\n", CSVOptions(duplicates: policy)
        )
        #expect(history.series[0].values == expected)
        #expect(history.report.findings.first { $0.kind == .duplicates }?.count == 1)
    }

    @Test func `gaps and missing values are counted`() throws {
        let history = try read(
            "unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,\na,2026-01-03,NaN\na,2026-01-06,2\na,2026-01-07,2\n"
        )
        #expect(history.report.findings.first { $0.kind == .missing }?.count == 2)
        #expect(history.report.findings.first { $0.kind == .gaps }?.count == 2)
        #expect(history.series[0].values.count { $0.isNaN } == 2)
    }

    @Test func `millicores and mebibytes are suspected and negative usage is left out`() throws {
        let history = try read(
            "timestamp,container,cpu,memory\n2026-01-01,web,2500,512\n2026-01-02,web,-1,600\n"
        )
        #expect(history.report.findings.filter { $0.kind == .suspiciousUnit }.count == 2)
        #expect(history.report.findings.first { $0.kind == .negative }?.count == 1)
        #expect(history.series[0].values[1].isNaN)
    }

    // MARK: Bad input

    @Test func `missing columns are named with what was found and needed`() throws {
        let error = try #require(failure("time,container,cpu\n1,web,2\n"))
        #expect(error.code == .missingColumn)
        #expect(error.description.contains("usage.csv, line 1, column \"timestamp\", \"memory\""))
        #expect(error.message.contains("needs the columns timestamp, container, cpu, memory"))
        #expect(error.message.contains("found are time, container, cpu"))
    }

    @Test func `a file separated by semicolons is told to use commas`() throws {
        let error = try #require(failure("unique_id;ds;y\na;2026-01-01;1\n"))
        #expect(error.message.contains("separate fields by commas"))
    }

    @Test func `an unparsable number names line and column`() throws {
        let error = try #require(failure("unique_id,ds,y\na,2026-01-01,1\na,2026-01-02,1.2.3\n"))
        #expect(error == DataError(.invalidNumber, error.message, source: "usage.csv", line: 3, column: "y"))
        #expect(error.message.contains("\"1.2.3\""))
    }

    @Test(arguments: ["inf", "1e999", "0x10", "abc", "1,5"])
    func `a value that is no finite decimal is refused`(value: String) throws {
        let error = try #require(failure("unique_id,ds,y\na,2026-01-01,\"\(value)\"\n"))
        #expect(error.code == .invalidNumber)
        #expect(error.line == 2)
    }

    @Test(arguments: ["2026-13-01", "2026-02-30", "01/02/2026", "20260101", "yesterday", "2026-01-01 25:00:00", ""])
    func `a bad timestamp names line and column`(time: String) throws {
        let error = try #require(failure("timestamp,container,cpu,memory\n\(time),web,1,2\n"))
        #expect(error.code == .invalidTimestamp)
        #expect(error.line == 2)
        #expect(error.column == "timestamp")
    }

    @Test func `empty files and lone headers are told apart`() throws {
        #expect(failure("")?.code == .empty)
        #expect(failure("\n\n")?.code == .empty)
        #expect(failure("unique_id,ds,y\n")?.code == .headerOnly)
    }

    @Test func `rows of another width, open quotes and nameless series are refused`() throws {
        #expect(failure("unique_id,ds,y\na,2026-01-01\n")?.code == .unevenRow)
        #expect(failure("unique_id,ds,y\na,2026-01-01,\"1\n")?.code == .malformedQuote)
        #expect(failure("unique_id,ds,y\n\"a\"b,2026-01-01,1\n")?.code == .malformedQuote)
        #expect(failure("unique_id,ds,y\n,2026-01-01,1\n")?.code == .invalidName)
        #expect(failure("unique_id,ds,y,y\na,2026-01-01,1,2\n")?.code == .missingColumn)
    }

    @Test func `a requested extra column must be there and hold numbers`() throws {
        let options = CSVOptions(extraColumns: .named(["promo"]))
        #expect(failure("unique_id,ds,y\na,2026-01-01,1\n", options)?.column == "promo")
        #expect(failure("unique_id,ds,y,promo\na,2026-01-01,1,yes\n", options)?.code == .invalidNumber)
    }

    @Test func `duplicates can be refused`() throws {
        let error = failure(
            "unique_id,ds,y\na,2026-01-01,1\na,2026-01-01,3\n", CSVOptions(duplicates: .refuse))
        #expect(error?.code == .duplicateTimestamp)
        #expect(error?.message.contains("2026-01-01 00:00:00") == true)
    }

    @Test func `a file that is not there says so`() async throws {
        await #expect {
            _ = try await CSVFileSource(path: "/nowhere/usage.csv").read()
        } throws: { error in
            (error as? DataError)?.code == .unreadable && "\(error)".contains("/nowhere/usage.csv")
        }
    }
}
