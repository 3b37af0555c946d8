import Foundation
import Threading

/// Runs the built executable as a person would.
struct PresageProcess {
    let status: Int32
    let output: String
    let error: String

    /// Runs `presage` and waits for its end.
    ///
    /// The wait has a thread of its own: one of the few that Swift's tasks share could be the one that the playground in
    /// this process needs to answer.
    ///
    /// - Parameter program: another program in its place.
    static func run(
        _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], program: URL? = nil
    ) async throws -> PresageProcess {
        try await onThread("presage-process") {
            try PresageProcess(arguments, in: folder, environment: environment, program: program)
        }
    }

    private init(_ arguments: [String], in folder: URL?, environment: [String: String], program: URL?) throws {
        let process = Process()
        process.executableURL = try program ?? Self.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // A proxy of whoever runs the tests is none of theirs.
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
        process.environment = inherited.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        // Files, not pipes: a full pipe nobody reads would stop the process.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "presage-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["out", "err"].map { scratch.appending(path: $0) }
        for file in files { try Data().write(to: file) }
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: files[0], encoding: .utf8)
        error = try String(contentsOf: files[1], encoding: .utf8)
    }

    /// The executable lies beside the test bundle.
    static func executable() throws -> URL {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let candidates = [bundle.deletingLastPathComponent(), Bundle.main.bundleURL, Self.buildFolder]
        for folder in candidates {
            let file = folder.appending(path: "presage")
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw NotBuilt()
    }

    /// `.build/debug` of the checkout.
    private static var buildFolder: URL { repository.appending(path: ".build/debug") }

    /// The root of the checkout.
    static var repository: URL {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String { "the presage executable is not built; run swift build first" }
    }
}
