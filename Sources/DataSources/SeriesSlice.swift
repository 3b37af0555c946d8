public import ForecastEngine

/// Which pod of an Indexed Job trains which series: every `count`th by a stable hash of the name.
public struct SeriesSlice: Sendable, Hashable, Codable {
    /// The slice, from 0.
    public var index: Int
    /// How many slices there are.
    public var count: Int

    /// Makes a slice; slice 0 of 1 is everything.
    public init(index: Int = 0, count: Int = 1) {
        self.index = index
        self.count = count
    }

    /// The slice of a name: FNV-1a of its bytes, so that it is the same in every pod, build and language.
    public static func index(of name: String, count: Int) -> Int {
        index(of: name.utf8, count: count)
    }

    static func index(of name: some Sequence<UInt8>, count: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int(hash % UInt64(max(1, count)))
    }

    /// Whether a series is in the slice.
    public func contains(_ name: String) -> Bool { count <= 1 || Self.index(of: name, count: count) == index }

    /// The series that are in the slice.
    public func select(_ series: [TimeSeries]) -> [TimeSeries] {
        count <= 1 ? series : series.filter { contains($0.id) }
    }
}
