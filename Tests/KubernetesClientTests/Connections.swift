import Foundation

/// The TCP connections of this process.
enum Connections {
    /// The inodes of those that are established to a local port.
    static func established(to port: Int) throws -> Set<String> {
        let own = Set(
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            })
        let table = String(
            decoding: FileManager.default.contents(atPath: "/proc/self/net/tcp") ?? Data(), as: UTF8.self)
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
}
