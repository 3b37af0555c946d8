/// Nearest-neighbor regression on the present level: the median of what followed when the series was as high as now.
///
/// A batch job that has just begun goes on for as long as such jobs do; a week after one with a sale is one without. The
/// neighbors are a share of all past moments, not a few: medians of few are noise. Yakowitz, "Nearest-neighbour methods
/// for time series analysis" (1987), with the level's rank as the distance and medians for the absolute error.
struct NeighborsModel: ForecastingAlgorithm {
    var shape: NeighborShape
    /// The forecast, one value for each `block` steps after the training data, in units of `unit`.
    var path: [Float]
    /// How many steps each value covers.
    var block: Int
    /// What 1 in the path stands for: floats neither overflow nor vanish.
    var unit: Double
    var residualDeviation: Double

    var choices: Choices { shape.choices }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> NeighborsModel {
        let grid = input.grid
        let season = input.seasonLengths.first ?? 1
        let reach = min(max(input.horizon, season), max(1, grid.count / 2), NeighborShape.longestReach / 2)
        let shape =
            input.choices.flatMap(NeighborShape.init)
            ?? NeighborShape(
                season: season, window: max(1, season / 24), percent: 10, keepsPlace: season > 1,
                reach: NeighborShape.reach(reach, season: season))
        let table = NeighborTable(grid, season: shape.season, windows: [shape.window])
        let moments = table.moments(
            cut: grid.count, window: shape.window, keepsPlace: shape.keepsPlace, reach: shape.reach)
        let path = table.path(shape, cut: grid.count, among: moments)
        let largest = path.reduce(0) { max($0, abs($1)) }
        let unit = largest > 0 ? largest : 1
        return NeighborsModel(
            shape: shape, path: path.map { Float($0 / unit) }, block: table.block, unit: unit,
            residualDeviation: Statistics.rootMeanSquareDifference(input.values, lag: 1))
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        NativeForecast(yhat: horizon.leads.map(value), interval: nil)
    }

    /// Beyond the path its last season begins again; without a season its last value stays.
    private func value(lead: Int) -> Double {
        let reach = path.count * block
        var step = lead - 1
        if step >= reach {
            let season = shape.season
            step = season > 1 && season <= reach ? reach - season + (step - reach) % season : reach - 1
        }
        return unit * Double(path[step / block])
    }
}

extension NeighborShape: Codable {
    init(from decoder: any Decoder) throws {
        guard let shape = NeighborShape(try Choices(from: decoder)) else {
            throw ForecastError(.corruptArtifact, "The artifact holds neighbors without a season.")
        }
        self = shape
    }

    func encode(to encoder: any Encoder) throws { try choices.encode(to: encoder) }
}
