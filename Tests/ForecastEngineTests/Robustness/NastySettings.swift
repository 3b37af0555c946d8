import ForecastEngine

/// Random settings, most of them odd: more parameters than points, caps below the data, priors of any size.
enum NastySettings {
    /// Settings of an algorithm, and columns that they need for the rows of a series and of a future.
    static func make(
        _ name: AlgorithmName, _ random: inout RandomGenerator
    ) -> AlgorithmSettings {
        var settings = AlgorithmSettings(name: name)
        settings.intervalWidth = [0.8, 0.5, 0.99, 1e-6][random.index(4)]
        settings.seed = random.next()
        if random.index(4) == 0 {
            settings.seasonLengths = [[], [2], [7], [24, 168], [5, 6, 7], [1_000_000]][random.index(6)]
        }
        // The others look at nothing of Prophet's.
        guard name == .prophet || (name == .auto && random.index(3) == 0) else { return settings }
        settings.prophet = prophet(&random)
        return settings
    }

    private static func prophet(_ random: inout RandomGenerator) -> ProphetSettings {
        var p = ProphetSettings()
        if random.index(2) == 0 { return p }
        p.growth = [.linear, .logistic, .flat][random.index(3)]
        p.nChangepoints = [0, 1, 25, 200][random.index(4)]
        p.changepointRange = [0, 0.8, 1][random.index(3)]
        p.changepointPriorScale = [1e-8, 0.05, 1, 1e6][random.index(4)]
        p.seasonalityPriorScale = [1e-6, 10, 1e6][random.index(3)]
        p.seasonalityMode = random.index(3) == 0 ? .multiplicative : .additive
        p.scaling = random.index(4) == 0 ? .minmax : .absmax
        p.uncertaintySamples = [0, 1, 50][random.index(3)]
        let choices: [ProphetSettings.Seasonality] = [.auto, .on, .off, .order(1), .order(40)]
        p.yearlySeasonality = choices[random.index(5)]
        p.weeklySeasonality = choices[random.index(5)]
        p.dailySeasonality = choices[random.index(5)]
        if random.index(4) == 0 {
            p.seasonalities = [
                .init(
                    name: "own", period: [1e-6, 0.5, 30.5, 1e6][random.index(4)], fourierOrder: 1 + random.index(12),
                    mode: random.index(2) == 0 ? .multiplicative : nil, conditionName: random.index(2) == 0 ? "on" : nil
                )
            ]
        }
        if random.index(4) == 0 {
            p.extraRegressors = [
                .init(
                    name: "x", priorScale: [nil, 1e-6, 1e6][random.index(3)],
                    mode: random.index(2) == 0 ? .multiplicative : nil)
            ]
        }
        if random.index(5) == 0 {
            p.holidays = [
                .init(
                    name: "h", time: 1_600_041_600 / 86_400 * 86_400, lowerWindow: -random.index(3),
                    upperWindow: random.index(3)),
                .init(name: "far", time: 0),
            ]
        }
        if random.index(6) == 0 { p.countryHolidays = ["US", "de", "CN", "JP"][random.index(4)] }
        if random.index(8) == 0 {
            p.changepoints = [[], [1_600_000_060], [0], [1_600_000_060, 1_600_000_060]][random.index(4)]
        }
        return p
    }

    /// What the settings need beside the values: often sound, sometimes not.
    static func addColumns(
        to series: inout TimeSeries, _ settings: AlgorithmSettings, _ random: inout RandomGenerator
    ) {
        let largest = series.values.filter(\.isFinite).map(\.magnitude).max() ?? 1
        for name in settings.prophet.historyColumns.required where random.index(40) > 0 {
            let kind = random.index(8)
            series.columns[name] = series.times.indices.map { i in
                switch name {
                // Below the data, equal to the floor, or above.
                case "cap": kind == 0 ? -1 : kind == 1 ? largest / 2 : kind == 2 ? 0 : 1 + 2 * largest
                case "on": kind == 0 ? 2 : Double(i % 2)
                default: kind == 0 ? .nan : kind == 1 ? 1e160 : kind == 2 ? 5 : kind == 3 ? 1e140 : Double(i % 5)
                }
            }
        }
        if settings.prophet.growth == .logistic, random.index(3) == 0 {
            series.columns["floor"] = series.times.map { _ in [-1, 0, -largest, largest * 3][random.index(4)] }
        }
    }

    /// The future of these columns; sometimes without one.
    static func future(
        of model: TrainedModel, steps: Int, _ random: inout RandomGenerator
    ) -> FutureFrame {
        let times = model.step.times(after: model.end, count: steps)
        var columns: [String: [Double]] = [:]
        for column in model.futureColumns where random.index(20) > 0 {
            columns[column.name] = times.indices.map { i in
                switch column.name {
                case "cap": 1e3
                case "floor": 0
                case "on": Double(i % 2)
                default: random.index(50) == 0 ? .nan : Double(i % 5)
                }
            }
        }
        return FutureFrame(times: times, columns: columns)
    }
}
