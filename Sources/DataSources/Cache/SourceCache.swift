import Crypto
import Foundation

/// A folder that outlives a training pod, where parts of a history are kept that change no more.
///
/// A part is called by the digest of the question that it answers and carries the digest of its own bytes: one that was cut
/// or changed is no part, and is asked for again. Several pods may share a folder, for files appear as a whole. Nothing in
/// here fails a training: what cannot be kept is asked for the next time.
public struct SourceCache: Sendable, Hashable {
    /// The folder, in a volume that pods mount.
    public var path: String
    /// How far back from the present values may still change or appear, in seconds: that much is always asked for anew.
    public var overlap: Int
    /// How many bytes the folder holds at most; what was used longest ago goes first.
    public var maximumBytes: Int

    /// Keeps parts in `path`.
    public init(path: String, overlap: Int = 6 * 3600, maximumBytes: Int = 1 << 30) {
        self.path = path
        self.overlap = overlap
        self.maximumBytes = maximumBytes
    }

    private static let magic = Array("PRESAGE1".utf8)
    private static let prefix = "presage-"
    private static let suffix = ".part"

    /// The answer to a question; nil where there is none that is intact.
    func read(_ question: String) -> [UInt8]? {
        let file = url(question)
        guard let data = try? Data(contentsOf: file) else { return nil }
        let bytes = Array(data)
        let head = Self.magic.count + SHA256.byteCount
        guard bytes.count >= head, Array(bytes.prefix(Self.magic.count)) == Self.magic,
            Array(SHA256.hash(data: bytes[head...])) == Array(bytes[Self.magic.count..<head])
        else {
            try? FileManager.default.removeItem(at: file)
            return nil
        }
        // What is used is not what goes first.
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
        return Array(bytes[head...])
    }

    /// Keeps the answer to a question.
    ///
    /// - Throws: what the file system says.
    func write(_ bytes: [UInt8], _ question: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let data = Data(Self.magic) + Data(SHA256.hash(data: bytes)) + Data(bytes)
        try data.write(to: url(question), options: .atomic)
    }

    /// Deletes what was used longest ago, until the folder is small enough. Files of others stay and do not count.
    func trim() {
        let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
        let files =
            (try? FileManager.default.contentsOfDirectory(
                at: URL(fileURLWithPath: path), includingPropertiesForKeys: keys)) ?? []
        let parts = files.filter {
            $0.lastPathComponent.hasPrefix(Self.prefix) && $0.lastPathComponent.hasSuffix(Self.suffix)
        }.compactMap { file -> (file: URL, size: Int, used: Date)? in
            guard let values = try? file.resourceValues(forKeys: Set(keys)), let size = values.fileSize,
                let used = values.contentModificationDate
            else { return nil }
            return (file, size, used)
        }.sorted { $0.used < $1.used }
        var total = parts.reduce(0) { $0 + $1.size }
        for part in parts where total > maximumBytes {
            try? FileManager.default.removeItem(at: part.file)
            total -= part.size
        }
    }

    private func url(_ question: String) -> URL {
        let digest = SHA256.hash(data: Array(question.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        return URL(fileURLWithPath: path).appending(path: "\(Self.prefix)\(digest)\(Self.suffix)")
    }
}
