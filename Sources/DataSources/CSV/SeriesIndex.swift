/// Numbers the names of series in the order in which they appear: open addressing over raw bytes, so that a look-up
/// makes no string.
struct SeriesIndex {
    private var table = [Int32](repeating: -1, count: 256)
    private var arena: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []

    var count: Int { ends.count }

    /// The name of series `index`; nil when it is not UTF-8.
    func name(_ index: Int) -> String? {
        String(validating: arena[start(index)..<ends[index]], as: UTF8.self)
    }

    @inline(__always)
    private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

    /// Whether series `index` has this name.
    @inline(__always)
    func matches(_ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let first = start(index)
        guard ends[index] - first == name.count else { return false }
        return arena.withUnsafeBufferPointer { arena in
            for i in 0..<name.count where arena[first + i] != name[i] { return false }
            return true
        }
    }

    /// The bytes of the name of series `index`.
    func withBytes<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        arena.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start(index)..<ends[index]])) }
    }

    /// The number of the series with this name, a new one where it is not known yet.
    mutating func insert(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(name)
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot] >= 0 {
            let index = Int(table[slot])
            if hashes[index] == hash, matches(index, name) { return index }
            slot = (slot + 1) & (table.count - 1)
        }
        let index = ends.count
        arena.append(contentsOf: name)
        ends.append(arena.count)
        hashes.append(hash)
        table[slot] = Int32(index)
        if ends.count * 2 > table.count { grow() }
        return index
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: table.count * 4)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = Int32(index)
        }
    }

    /// FNV-1a with a final mix; fixed, so that the order of work never depends on the process.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 32
        return hash
    }
}
