/// The median of the same place in the last few seasons, moved to the present level.
///
/// A season of one step and many cycles is the median of a window; one cycle is the seasonal naive forecast; one cycle
/// with the level compared over a whole season is the seasonal naive forecast with drift. The median, not the mean,
/// because that is what minimizes the absolute error, and usage has spikes.
struct ProfileModel: ForecastingAlgorithm {
    var shape: ProfileShape
    /// The profile of the first season after the training data, one value a step, in units of `unit`.
    var profile: [Float]
    /// The same for the other kinds of day, where days are told apart; `profile` is that of Monday to Friday then.
    var otherDays: [[Float]]?
    /// What 1 in the profile stands for: floats neither overflow nor vanish.
    var unit: Double
    /// The difference or factor that moves the profile to the present level.
    var level: Double
    var residualDeviation: Double

    var choices: Choices { shape.choices }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> ProfileModel {
        let season = input.seasonLengths.first ?? 1
        var shape =
            input.choices.flatMap(ProfileShape.init)
            ?? ProfileShape(season: season, cycles: 4, window: season > 1 ? season : 0)
        let n = input.grid.count
        shape.season = min(shape.season, n)
        shape.cycles = min(shape.cycles, max(1, n / shape.season))
        // A recipe from another series may meet another step.
        if !DayKinds.tell(season: shape.season, step: input.grid.step) { shape.days = .none }
        let first = max(0, n - max(shape.window, 1))
        let table = ProfileTable(
            input.grid, season: shape.season, cycles: shape.cycles, days: shape.days, range: first..<(n + shape.season)
        )
        let level =
            shape.window == 0
            ? 0 : table.level(input.grid, cut: n, window: shape.window, scales: shape.scales)
        let profiles = (0..<shape.days.count).map {
            table.season(from: n, count: shape.season, blur: shape.blur, kind: $0)
        }
        let largest = profiles.joined().reduce(0) { max($0, abs($1)) }
        let unit = largest > 0 ? largest : 1
        let rows = profiles.map { $0.map { Float($0 / unit) } }
        return ProfileModel(
            shape: shape,
            profile: rows[0],
            otherDays: shape.days == .none ? nil : Array(rows.dropFirst()),
            unit: unit,
            level: level,
            residualDeviation: Statistics.rootMeanSquareDifference(input.values, lag: shape.season)
        )
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        NativeForecast(yhat: zip(horizon.leads, horizon.times).map { value(lead: $0, time: $1) }, interval: nil)
    }

    private func value(lead: Int, time: Int) -> Double {
        let kind = shape.days.kind(time)
        let row = kind == 0 ? profile : otherDays?[kind - 1] ?? profile
        let base = unit * Double(row[(lead - 1) % row.count])
        guard shape.window > 0 else { return base }
        let share = shape.remaining(lead: lead)
        return shape.scales ? base * (1 + (level - 1) * share) : base + level * share
    }
}

extension ProfileShape: Codable {
    init(from decoder: any Decoder) throws {
        guard let shape = ProfileShape(try Choices(from: decoder)) else {
            throw ForecastError(.corruptArtifact, "The artifact holds a profile without a season.")
        }
        self = shape
    }

    func encode(to encoder: any Encoder) throws { try choices.encode(to: encoder) }
}
