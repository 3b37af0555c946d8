/// Damages bytes as transmissions, editors and attackers do.
public struct ByteMutator: Sendable {
    private let seeds: [[UInt8]]
    private let tokens: [[UInt8]]

    /// A mutator.
    ///
    /// - Parameters:
    ///   - seeds: Well-formed inputs, to begin with and to cut pieces from.
    ///   - tokens: What means something in the format.
    public init(seeds: [String], tokens: [String], bytes: [[UInt8]] = []) {
        self.seeds = seeds.map { Array($0.utf8) }
        self.tokens = tokens.map { Array($0.utf8) } + bytes
    }

    /// A damaged copy of one of the seeds.
    public func input(_ random: inout FuzzRandom) -> [UInt8] {
        var bytes = random.pick(seeds)
        mutate(&bytes, &random)
        return bytes
    }

    /// Damages bytes in one to six places, mostly in few: what is damaged more is refused at once, and little is
    /// learned.
    public func mutate(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        for _ in 0...random.below(random.pick([1, 1, 2, 6])) { mutateOnce(&bytes, &random) }
    }

    private func mutateOnce(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let start = random.below(bytes.count + 1)
        let end = min(bytes.count, start + random.below(random.once(in: 4) ? 64 : 6))
        switch random.below(13) {
        case 0: if start < bytes.count { bytes[start] = UInt8(truncatingIfNeeded: random.next()) }
        case 1: if start < bytes.count { bytes[start] ^= 1 << UInt8(random.below(8)) }
        case 2, 3, 4: bytes.insert(contentsOf: random.pick(tokens), at: start)
        case 5: bytes.replaceSubrange(start..<end, with: random.pick(tokens))
        case 6: bytes.removeSubrange(start..<end)
        case 7: bytes.insert(contentsOf: Array(bytes[start..<end]), at: end)
        case 8:
            let other = random.pick(seeds)
            let from = random.below(other.count)
            bytes.insert(contentsOf: other[from..<min(other.count, from + random.below(40))], at: start)
        case 9:
            // Few tokens are worth repeating often; those that nest are.
            let repeated = Array(repeatElement(random.pick(tokens), count: random.below(40)).joined())
            bytes.insert(contentsOf: repeated, at: start)
        case 10: replaceNumber(&bytes, from: start, &random)
        case 11: if start < bytes.count { bytes[start] = 0x20 + UInt8(random.below(0x5F)) }
        default: if random.once(in: 4) { bytes.removeSubrange(start...) }
        }
    }

    private static let numbers = [
        "0", "-0", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "1e308", "1e309", "-1e-400", "0.1e-5", "00", "1e", "1.", "2147483648", "4294967296",
        "0x1F",
        "123456789012345678901234567890123456789012345678901234567890", "1e99999999999", "4.9e-324", "1e-99999999999",
    ].map { Array($0.utf8) }

    /// Puts a number at the edge of what numbers can be in the place of one.
    private func replaceNumber(_ bytes: inout [UInt8], from: Int, _ random: inout FuzzRandom) {
        func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
        guard let start = bytes[from...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: random.pick(Self.numbers))
    }

    /// Bytes cut at random places, as a network would deliver them; some of the pieces are empty.
    public static func cut(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        let longest = random.pick([1, 2, 7, 40, 4_000])
        while start < bytes.count {
            let end = min(bytes.count, start + random.below(longest + 1))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
