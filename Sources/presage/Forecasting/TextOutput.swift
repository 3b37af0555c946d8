import Foundation

/// Where a command's result goes: a file, or standard output.
enum TextOutput {
    /// Writes all of it, to standard output where the path is nil or `-`.
    ///
    /// - Throws: an error that names the file.
    static func write(_ text: String, to path: String?) throws {
        try write(Data(text.utf8), to: path)
    }

    /// Writes a file as a whole, so that no reader sees half of it. A device, a pipe or a link is written to instead: what is
    /// renamed to its name would take its place, and root would lose `/dev/null`.
    ///
    /// - Throws: an error that names the file.
    static func write(_ data: Data, to path: String?) throws {
        guard let path, path != "-" else {
            do {
                try FileHandle.standardOutput.write(contentsOf: data)
            } catch {
                throw OutputError(description: "cannot write to standard output: \(reason(error))")
            }
            return
        }
        do {
            if isReplaced(path) {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            } else {
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                // Of a link to a longer file; what cannot be cut off needs not be.
                try? handle.truncate(atOffset: 0)
                try handle.write(contentsOf: data)
                try handle.close()
            }
        } catch {
            throw OutputError(description: "cannot write \(path): \(reason(error))")
        }
    }

    /// Checks before a long computation that its result can be written.
    ///
    /// - Throws: an error that names the file and what to do.
    static func check(_ path: String?) throws {
        guard let path, path != "-" else { return }
        guard !path.isEmpty else { throw OutputError(description: "the name of the file to write is empty; give one") }
        func refuse(_ why: String) -> OutputError { OutputError(description: "cannot write \(path): \(why)") }
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw refuse("it is a folder; name a file in it")
        }
        guard isReplaced(path) else {
            guard files.isWritableFile(atPath: path) else { throw refuse("check its permissions") }
            return
        }
        // NSString's deletingLastPathComponent traps on Linux for names of one letter.
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw refuse("there is no folder \(folder); make it first")
        }
        guard files.isWritableFile(atPath: folder) else {
            throw refuse("check the permissions of the folder \(folder)")
        }
    }

    /// Whether a new file takes the path; what is neither a file nor nothing is written to.
    private static func isReplaced(_ path: String) -> Bool {
        let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
        return kind == nil || kind == .typeRegular
    }

    /// Writes a line for people to standard error, which may be closed.
    static func note(_ line: String) { progress("\(line)\n") }

    /// Writes a text for people to standard error, which may be closed.
    static func progress(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// What the system says of a file that cannot be written.
    static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        return cause.domain == NSPOSIXErrorDomain
            ? String(cString: strerror(Int32(cause.code))) : error.localizedDescription
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
