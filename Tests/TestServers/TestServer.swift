public import Foundation
import Synchronization

/// What every server of the tests needs: programs, a free port, and a wait until it answers.
public enum TestServer {
    /// A server did not do what a test needs.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String
    }

    /// The root of the checkout.
    public static var repository: URL {
        // `scripts/test-core` builds the sources through links.
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    /// A program that `scripts/install-test-servers` installed by pip, or one on the `PATH`; nil where there is
    /// neither.
    public static func program(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            [repository.appending(path: ".build/test-servers/bin").path] + path.split(separator: ":").map(String.init)
        return folders.map { URL(fileURLWithPath: $0).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// The ports that are given to tests: below those that the kernel chooses itself, for connections and for whoever asks
    /// for any. What is free here stays free until a test's server takes it.
    private static let ports = 20_000..<32_000
    /// How many of them this process has tried; each is given once. Another process begins elsewhere.
    private static let tried = Mutex(Int(ProcessInfo.processInfo.processIdentifier) * 97)

    /// A port that is free, and that no other test gets.
    public static func freePort() throws -> Int {
        for _ in ports {
            let port = tried.withLock { tried in
                tried += 1
                return ports.lowerBound + tried % ports.count
            }
            if isFree(port) { return port }
        }
        throw Failure(description: "no free port")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        // Of every address: a server may take them all.
        address.sin_addr.s_addr = 0
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Whether something accepts connections at a local port.
    static func answers(port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// What says that a server has started.
    enum Readiness {
        /// Its port accepts connections.
        case port
        /// It has printed these words.
        case words(String)
    }

    /// Starts `program` on a free port and in a folder of its own, runs `body` once it is ready, and ends it.
    ///
    /// - Parameters:
    ///   - folder: where it runs and writes; removed at the end. Nil makes one.
    ///   - signal: what ends it; most of them have nothing that is worth saving.
    ///   - arguments: what it is started with, by port and folder.
    static func running(
        _ program: URL, in folder: URL? = nil, ready: Readiness = .port, endedBy signal: Int32 = SIGKILL,
        arguments: (Int, URL) throws -> [String], _ body: (Int, URL) async throws -> Void
    ) async throws {
        let folder = try folder ?? scratch(program.lastPathComponent)
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = try freePort()
        let process = Process()
        process.executableURL = program
        process.arguments = try arguments(port, folder)
        let log = try start(process, in: folder)
        let ended: Result<Void, any Error>
        do {
            switch ready {
            case .port: try await wait(for: port, of: process, log: log)
            case .words(let words): try await wait(for: words, in: log, of: process)
            }
            ended = .success(try await body(port, folder))
        } catch {
            ended = .failure(error)
        }
        kill(process.processIdentifier, signal)
        await exit(of: process)
        try ended.get()
    }

    /// Starts a process in a folder, with what it prints in the file `log` there, whose place is returned.
    ///
    /// - Parameters:
    ///   - input: what it reads; nothing unless told.
    ///   - output: where what it says goes in place of the log.
    static func start(_ process: Process, in folder: URL, input: Pipe? = nil, output: Pipe? = nil) throws -> URL {
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        process.currentDirectoryURL = folder
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardOutput = output ?? process.standardError
        process.standardInput = input ?? FileHandle.nullDevice
        try process.run()
        return log
    }

    /// Waits until a process is gone; `waitUntilExit` would hold one of the few threads that all tests share.
    static func exit(of process: Process) async {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
    }

    static func wait(for port: Int, of process: Process, log: URL) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        while !answers(port: port) {
            guard process.isRunning, ContinuousClock.now < deadline else {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw Failure(description: "the server does not start: \(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func wait(for words: String, in log: URL, of process: Process) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        while true {
            let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            if text.contains(words) { return }
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw Failure(description: "the server does not start: \(text.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Runs a program to its end; throws its output where it fails.
    @discardableResult
    public static func run(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> String
    {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program.lastPathComponent) failed: \(text.suffix(2000))")
        }
        return text
    }

    static func scratch(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "presage-\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Makes a key and a certificate that no authority has signed, for 127.0.0.1 and localhost.
    static func certificate(key: String, certificate: String) throws {
        guard let openssl = program("openssl") else {
            throw Failure(description: "no openssl to make a certificate with")
        }
        try run(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-keyout", key, "-out", certificate, "-subj", "/CN=presage-test", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost",
            ])
    }
}
