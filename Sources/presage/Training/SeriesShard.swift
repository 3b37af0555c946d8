import ForecastEngine

/// Which pod of an Indexed Job trains which series.
enum SeriesShard {
    /// The slice of a name: FNV-1a of its bytes, so that it is the same in every pod, build and language.
    static func index(of name: String, count: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int(hash % UInt64(max(1, count)))
    }

    /// The series that shard `index` of `count` trains.
    static func slice(_ series: [TimeSeries], index: Int, count: Int) -> [TimeSeries] {
        count <= 1 ? series : series.filter { self.index(of: $0.id, count: count) == index }
    }
}
