import Foundation

/// Where a command's result goes: a file, or standard output.
enum TextOutput {
    /// Writes all of it, to standard output unless a path is given.
    ///
    /// - Throws: an error that names the file.
    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else {
            FileHandle.standardOutput.write(Data(text.utf8))
            return
        }
        try write(Data(text.utf8), to: path)
    }

    /// Writes a file as a whole, so that no reader sees half of it. A device, a pipe or a link is written to instead: what is
    /// renamed to its name would take its place, and root would lose `/dev/null`.
    ///
    /// - Throws: an error that names the file.
    static func write(_ data: Data, to path: String) throws {
        let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        do {
            if kind == nil || kind == .typeRegular {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            } else {
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                // Of a link to a longer file; what cannot be cut off needs not be.
                try? handle.truncate(atOffset: 0)
                try handle.write(contentsOf: data)
                try handle.close()
            }
        } catch {
            throw OutputError(description: "cannot write \(path): \(error.localizedDescription)")
        }
    }

    /// Writes a line for people to standard error.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    /// A file that cannot be written.
    struct OutputError: Error, CustomStringConvertible {
        let description: String
    }

    /// A CSV field, quoted where it has to be.
    static func csv(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }

    /// A number in CSV; nothing where it is missing.
    static func csv(_ number: Double?) -> String {
        guard let number, number.isFinite else { return "" }
        return "\(number)"
    }
}
