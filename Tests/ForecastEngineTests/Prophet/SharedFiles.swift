import Foundation

@testable import ForecastEngine

/// The files beside the repository that some tests read where they are present.
enum SharedFiles {
    struct Row {
        var time: Int
        var y: Double
        var extra: [String: Double]
    }

    /// The nearest `shared` folder above this file or beside one of its parents; nil where there is none.
    static let root: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path.count > 1 {
            let candidate = folder.appending(path: "shared")
            if FileManager.default.fileExists(atPath: candidate.appending(path: "golden").path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return nil
    }()

    static var present: Bool { root != nil }

    static func directory(_ name: String) throws -> URL {
        guard let root else { throw CocoaError(.fileNoSuchFile) }
        return root.appending(path: name)
    }

    /// The rows of one series of a long-form CSV, in the order of the file.
    static func rows(of id: String, in file: String) throws -> [Row] {
        let text = try String(contentsOf: directory(file), encoding: .utf8)
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"))
        let header = fields(lines.removeFirst())
        let prefix = Array((id + ",").utf8)
        return lines.filter { $0.starts(with: prefix) }.map { line in
            let values = fields(line)
            var extra: [String: Double] = [:]
            for (name, value) in zip(header, values).dropFirst(3) { extra[name] = Double(value) }
            return Row(time: time(values[1]), y: Double(values[2]) ?? .nan, extra: extra)
        }
    }

    private static func fields(_ line: Substring.UTF8View) -> [String] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            String(Substring($0)).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Seconds since 1970 of `2007-12-10` or `2007-12-10 01:02:03`.
    static func time(_ text: String) -> Int {
        let numbers = text.split { !$0.isNumber }.map { Int($0) ?? 0 }
        let seconds = numbers.count >= 6 ? numbers[3] * 3_600 + numbers[4] * 60 + numbers[5] : 0
        return CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2]).time + seconds
    }
}
