import Foundation

/// Data sets beside the repository, `../shared/data`, which are not copied into it.
enum SharedData {
    /// The text of a file, found by walking up from this one; nil where there is none.
    static func read(_ name: String) -> String? {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        for _ in 0..<8 {
            let file = folder.appending(path: "shared/data/\(name)")
            if let text = try? String(contentsOf: file, encoding: .utf8) { return text }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// The series of a long-form file `unique_id,ds,y`, in the order of the file; empty values are left out.
    static func panel(_ text: String) -> [(id: String, values: [Double])] {
        var series: [(id: String, values: [Double])] = []
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 3, let value = Double(fields[2]) else { continue }
            if series.last?.id != String(fields[0]) { series.append((String(fields[0]), [])) }
            series[series.count - 1].values.append(value)
        }
        return series
    }
}
