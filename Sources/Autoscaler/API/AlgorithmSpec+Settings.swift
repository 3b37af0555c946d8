public import ForecastEngine

extension AlgorithmSpec {
    /// The engine's settings: what is written here, over the engine's defaults.
    ///
    /// - Parameter name: the algorithm where this leaves it open; see ``ForecastModelSpec/algorithmName``.
    public func settings(default name: AlgorithmName) -> AlgorithmSettings {
        var settings = AlgorithmSettings(name: self.name ?? name)
        settings.prophet = prophetSettings
        settings.seasonLengths = seasonLengths
        settings.intervalWidth = intervalWidth ?? settings.intervalWidth
        settings.seed = seed.map { UInt64(max(0, $0)) } ?? settings.seed
        return settings
    }

    /// Prophet's parameters over Prophet's defaults.
    public var prophetSettings: ProphetSettings {
        var settings = ProphetSettings()
        settings.growth = growth ?? settings.growth
        settings.changepoints = changepoints?.map(\.secondsSince1970)
        settings.nChangepoints = nChangepoints ?? settings.nChangepoints
        settings.changepointRange = changepointRange ?? settings.changepointRange
        settings.changepointPriorScale = changepointPriorScale ?? settings.changepointPriorScale
        settings.yearlySeasonality = yearlySeasonality?.seasonality ?? settings.yearlySeasonality
        settings.weeklySeasonality = weeklySeasonality?.seasonality ?? settings.weeklySeasonality
        settings.dailySeasonality = dailySeasonality?.seasonality ?? settings.dailySeasonality
        settings.seasonalities = seasonalities?.map(\.seasonality) ?? settings.seasonalities
        settings.seasonalityMode = seasonalityMode ?? settings.seasonalityMode
        settings.seasonalityPriorScale = seasonalityPriorScale ?? settings.seasonalityPriorScale
        settings.holidays = holidays?.flatMap(\.holidays) ?? settings.holidays
        settings.holidaysPriorScale = holidaysPriorScale ?? settings.holidaysPriorScale
        settings.holidaysMode = holidaysMode ?? settings.holidaysMode
        settings.countryHolidays = countryHolidays ?? settings.countryHolidays
        settings.extraRegressors = extraRegressors?.map(\.regressor) ?? settings.extraRegressors
        // Prophet's own interval has the width that every algorithm's has.
        settings.intervalWidth = intervalWidth ?? settings.intervalWidth
        settings.uncertaintySamples = uncertaintySamples ?? settings.uncertaintySamples
        settings.scaling = scaling ?? settings.scaling
        return settings
    }
}

extension ForecastModelSpec {
    /// The engine's settings for this model.
    public var algorithmSettings: AlgorithmSettings { algorithm.settings(default: algorithmName) }
}

extension SeasonalityChoice {
    /// The engine's word for it.
    var seasonality: ProphetSettings.Seasonality {
        switch self {
        case .auto: .auto
        case .enabled: .on
        case .disabled: .off
        case .order(let order): .order(order)
        }
    }
}

extension CustomSeasonality {
    /// The engine's form of it.
    var seasonality: ProphetSettings.CustomSeasonality {
        ProphetSettings.CustomSeasonality(
            name: name, period: period, fourierOrder: fourierOrder, priorScale: priorScale, mode: mode,
            conditionName: conditionName
        )
    }
}

extension HolidaySpec {
    /// The engine's form of it: one entry a day.
    var holidays: [ProphetSettings.Holiday] {
        dates.map {
            ProphetSettings.Holiday(
                name: name, time: $0.secondsSince1970, lowerWindow: lowerWindow ?? 0, upperWindow: upperWindow ?? 0,
                priorScale: priorScale
            )
        }
    }
}

extension RegressorSpec {
    /// The engine's form of it.
    var regressor: ProphetSettings.Regressor {
        let standardized: ProphetSettings.Regressor.Standardize =
            switch standardize {
            case nil: .auto
            case true?: .on
            case false?: .off
            }
        return ProphetSettings.Regressor(name: name, priorScale: priorScale, standardize: standardized, mode: mode)
    }
}
