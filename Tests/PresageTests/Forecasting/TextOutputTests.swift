import Foundation
import Testing

@testable import presage

@Suite struct TextOutputTests {
    /// A folder of its own; what is tried here must never be a file of the system.
    private func inFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// What stands there, itself and not what it points to.
    private func kind(_ path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }

    @Test func `a pipe and a link stay what they are, and get what is written`() throws {
        try inFolder { folder in
            let pipe = folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let reader = open(pipe, O_RDWR | O_NONBLOCK)
            defer { close(reader) }
            try TextOutput.write("yhat\n", to: pipe)
            var bytes = [UInt8](repeating: 0, count: 16)
            #expect(read(reader, &bytes, bytes.count) == 5)
            #expect(String(decoding: bytes.prefix(5), as: UTF8.self) == "yhat\n")
            #expect(try kind(pipe) != .typeRegular)

            let file = folder.appendingPathComponent("file")
            let link = folder.appendingPathComponent("link").path
            try Data("something longer".utf8).write(to: file)
            #expect(symlink(file.path, link) == 0)
            try TextOutput.write("short", to: link)
            #expect(try Data(contentsOf: file) == Data("short".utf8))
            #expect(try kind(link) == .typeSymbolicLink)
        }
    }

    @Test func `a file is replaced, and one that cannot be written is named`() throws {
        try inFolder { folder in
            let file = folder.appendingPathComponent("file")
            try TextOutput.write("one and more", to: file.path)
            try TextOutput.write("two", to: file.path)
            #expect(try Data(contentsOf: file) == Data("two".utf8))
            let nowhere = folder.appendingPathComponent("none/file").path
            let error = #expect(throws: TextOutput.OutputError.self) { try TextOutput.write("x", to: nowhere) }
            #expect(error?.description.contains(nowhere) == true)
        }
    }
}
