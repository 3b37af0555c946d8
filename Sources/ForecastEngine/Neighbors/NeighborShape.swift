/// Which past moments count as like the present, and what is taken from them.
struct NeighborShape: Hashable, Sendable {
    /// The season's length in steps; 1 is no season.
    var season: Int
    /// Over how many of the last steps the median is taken that moments are compared by.
    var window: Int
    /// How many of the past moments are taken, in hundredths of them: those whose level is nearest to the present one.
    var percent: Int
    /// Whether what followed a moment is moved by how far the present level is from that moment's.
    var moves = false
    /// Whether only moments near the same place in the season are compared.
    var keepsPlace = false
    /// How many steps after each moment are looked at.
    var reach: Int

    /// The furthest that a forecast may look; a recipe from elsewhere cannot ask for more.
    static let longestReach = 100_000

    /// Over how many steps medians of what followed are taken: a 24th of a season that has as many.
    static func block(season: Int) -> Int { season >= 24 ? max(1, season / 24) : 1 }

    /// `steps` in whole blocks.
    static func reach(_ steps: Int, season: Int) -> Int {
        let block = Self.block(season: season)
        return max(1, (steps + block - 1) / block) * block
    }
}

extension NeighborShape {
    var choices: Choices {
        Choices(numbers: [
            "season": [Double(season)], "window": [Double(window)], "percent": [Double(percent)],
            "moves": [moves ? 1 : 0], "place": [keepsPlace ? 1 : 0], "reach": [Double(reach)],
        ])
    }

    /// Reads a shape from choices; nil where they are not that of neighbors.
    init?(_ choices: Choices) {
        func number(_ name: String) -> Int? { choices.numbers[name]?.first.flatMap { Int(exactly: $0) } }
        guard let season = number("season"), let window = number("window"), let percent = number("percent"),
            let reach = number("reach"), season >= 1, window >= 1, (1...100).contains(percent),
            (1...Self.longestReach).contains(reach)
        else { return nil }
        self.init(
            season: season, window: window, percent: percent, moves: number("moves") == 1,
            keepsPlace: number("place") == 1, reach: Self.reach(reach, season: season)
        )
    }
}
