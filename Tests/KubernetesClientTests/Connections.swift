import Foundation

/// The TCP connections of this process.
enum Connections {
    /// The inodes of those that are established to a local port.
    static func established(to port: Int) throws -> Set<String> {
        let own = Set(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            })
        let table = String(decoding: read("/proc/self/net/tcp"), as: UTF8.self)
        let remote = ":" + String(port, radix: 16, uppercase: true)
        // Columns: number, local and remote address, state (01 is established), …, inode.
        var inodes: Set<String> = []
        for line in table.split(separator: "\n") {
            let columns = line.split(separator: " ").map(String.init)
            guard columns.count > 9, columns[2].hasSuffix(remote), columns[3] == "01" else { continue }
            if own.contains("socket:[\(columns[9])]") { inodes.insert(columns[9]) }
        }
        return inodes
    }

    /// A file of unknown length to its end; `FileManager` stops after a page.
    private static func read(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = Foundation.read(file, &page, page.count), count > 0 { bytes += page[..<count] }
        return bytes
    }
}
