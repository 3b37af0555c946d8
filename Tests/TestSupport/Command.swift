public import Foundation

/// Programs that tests need.
public enum Command {
    /// A program did not do what it should.
    public struct Failed: Error {
        /// With its arguments.
        public var command: String
    }

    /// Where a program lies on the path; nil where it is not.
    public static func path(_ name: String) -> String? {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program and waits for it.
    public static func run(_ name: String, _ arguments: [String], in directory: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(name) ?? "/nonexistent/\(name)")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(command: "\(name) \(arguments)") }
    }
}
