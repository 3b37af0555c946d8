/// A sum of scores whose value does not depend on the order of its terms.
///
/// Shards add up their series in different orders, and a tie between champion and challenger has to be a tie however many
/// pods there were. Each score is first rounded to a multiple of 2⁻²⁰ percent; such numbers add without rounding as long as
/// the sum stays below 2³³ percent, which is that of forty million series.
public struct ScoreSum: Codable, Sendable, Hashable {
    /// The sum in percent; NaN, written as null, where a score was not finite.
    public private(set) var total: Double
    /// How many series were scored.
    public private(set) var series: Int

    /// The sum of no score.
    public init() {
        total = 0
        series = 0
    }

    /// The sum of some scores in percent.
    public init(_ scores: some Sequence<Double>) {
        self.init()
        for score in scores { add(score) }
    }

    /// Adds one series' score.
    public mutating func add(_ score: Double) {
        total += (score * 1_048_576).rounded() / 1_048_576
        series += 1
    }

    /// Adds what another pod added up.
    public mutating func add(_ other: ScoreSum) {
        total += other.total
        series += other.series
    }

    /// The mean in percent; nil where nothing was scored, not finite where one score was not.
    public var mean: Double? { series > 0 ? total / Double(series) : nil }

    private enum CodingKeys: String, CodingKey {
        case total, series
    }

    /// Reads a sum.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        total = try container.decodeIfPresent(Double.self, forKey: .total) ?? .nan
        series = try container.decode(Int.self, forKey: .series)
    }

    /// Writes a sum; JSON has no NaN.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if total.isFinite { try container.encode(total, forKey: .total) }
        try container.encode(series, forKey: .series)
    }
}
