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
        let inodes = table.split(separator: "\n").map { $0.split(separator: " ") }
            .filter { $0.count > 9 && $0[2].hasSuffix(remote) && $0[3] == "01" }.map { String($0[9]) }
        return Set(inodes.filter { own.contains("socket:[\($0)]") })
    }
}
