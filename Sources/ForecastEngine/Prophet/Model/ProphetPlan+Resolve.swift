extension ProphetPlan {
    /// Resolves what the settings leave open on a history, or takes it from `choices` where they pin it.
    init(_ history: ProphetHistory, settings: ProphetSettings, choices: Choices? = nil) throws(ForecastError) {
        components = settings.seasonalities.map { seasonality in
            Component(
                name: seasonality.name,
                source: .fourier(
                    period: seasonality.period, order: seasonality.fourierOrder, condition: seasonality.conditionName),
                priorScale: seasonality.priorScale ?? settings.seasonalityPriorScale,
                mode: seasonality.mode ?? settings.seasonalityMode
            )
        }
        for (season, order) in Self.builtInOrders(history, settings: settings, choices: choices) where order > 0 {
            // As in Prophet, a built-in seasonality that is asked for replaces a custom one of its name.
            let component = Component(
                name: season.rawValue, source: .fourier(period: season.period, order: order, condition: nil),
                priorScale: settings.seasonalityPriorScale, mode: settings.seasonalityMode
            )
            if let index = components.firstIndex(where: { $0.name == season.rawValue }) {
                components[index] = component
            } else {
                components.append(component)
            }
        }
        holidays = settings.holidays
        country = settings.countryHolidays?.uppercased()
        components += try holidayComponents(history, settings: settings)
        for regressor in settings.extraRegressors {
            guard let column = history.columns[regressor.name] else { continue }
            components.append(
                Component(
                    name: regressor.name, source: Self.standardization(of: column, regressor.standardize),
                    priorScale: regressor.priorScale ?? settings.holidaysPriorScale,
                    mode: regressor.mode ?? settings.seasonalityMode
                ))
        }
    }

    /// The three seasonalities that Prophet knows by itself.
    enum BuiltIn: String, CaseIterable {
        case yearly, weekly, daily

        /// In days.
        var period: Double {
            switch self {
            case .yearly: 365.25
            case .weekly: 7
            case .daily: 1
            }
        }

        var defaultOrder: Int {
            switch self {
            case .yearly: 10
            case .weekly: 3
            case .daily: 4
            }
        }

        func setting(_ settings: ProphetSettings) -> ProphetSettings.Seasonality {
            switch self {
            case .yearly: settings.yearlySeasonality
            case .weekly: settings.weeklySeasonality
            case .daily: settings.dailySeasonality
            }
        }

        /// Whether `auto` fits it: two of its periods of history, at a step below its period (for a year, at any step).
        func suits(span: Int, leastStep: Int) -> Bool {
            switch self {
            case .yearly: span >= 730 * 86_400
            case .weekly: span >= 14 * 86_400 && leastStep < 7 * 86_400
            case .daily: span >= 2 * 86_400 && leastStep < 86_400
            }
        }
    }

    private static func builtInOrders(
        _ history: ProphetHistory, settings: ProphetSettings, choices: Choices?
    ) -> [(BuiltIn, Int)] {
        var leastStep = Int.max
        for row in 1..<history.count {
            let gap = history.times[row] - history.times[row - 1]
            if gap > 0, gap < leastStep { leastStep = gap }
        }
        let span = history.end - history.start
        return BuiltIn.allCases.map { season in
            switch season.setting(settings) {
            case .on: return (season, season.defaultOrder)
            case .off: return (season, 0)
            case .order(let order): return (season, order)
            case .auto:
                if settings.seasonalities.contains(where: { $0.name == season.rawValue }) { return (season, 0) }
                if let pinned = choices?.numbers[season.rawValue]?.first { return (season, Int(pinned)) }
                return (season, season.suits(span: span, leastStep: leastStep) ? season.defaultOrder : 0)
            }
        }
    }

    /// What a fit chose: the orders of the built-in seasonalities.
    var choices: Choices {
        var numbers: [String: [Double]] = [:]
        for season in BuiltIn.allCases {
            let order = components.first { $0.name == season.rawValue }.map { $0.width / 2 } ?? 0
            numbers[season.rawValue] = [Double(order)]
        }
        return Choices(numbers: numbers)
    }

    private static func standardization(
        of column: [Double], _ standardize: ProphetSettings.Regressor.Standardize
    ) -> Component.Source {
        let plain = Component.Source.regressor(mean: 0, deviation: 1)
        guard let first = column.first, column.contains(where: { $0 != first }), standardize != .off else {
            return plain
        }
        if standardize == .auto, column.allSatisfy({ $0 == 0 || $0 == 1 }) { return plain }
        let mean = Statistics.mean(column)
        let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(column.count - 1)).squareRoot()
        return deviation > 0 ? .regressor(mean: mean, deviation: deviation) : plain
    }
}
