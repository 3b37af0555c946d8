extension ProphetSettings {
    /// Names that a seasonality, holiday, regressor or condition cannot have, because the forecast's columns do.
    static let reservedNames: Set<String> = {
        let plain = [
            "trend", "additive_terms", "daily", "weekly", "yearly", "holidays", "zeros", "extra_regressors_additive",
            "yhat", "extra_regressors_multiplicative", "multiplicative_terms",
        ]
        let bounds = plain.flatMap { [$0 + "_lower", $0 + "_upper"] }
        return Set(plain + bounds + ["ds", "y", "cap", "floor", "y_scaled", "cap_scaled"])
    }()

    /// The most changepoints or Fourier terms that are taken: the solver is cubic in them.
    static let largestOrder = 1000

    /// Checks everything that does not depend on a series.
    /// - Throws: `invalidSetting`, naming the field, what is allowed and what was given.
    public func validate() throws(ForecastError) {
        try Self.check(positive: changepointPriorScale, "changepointPriorScale")
        try Self.check(positive: seasonalityPriorScale, "seasonalityPriorScale")
        try Self.check(positive: holidaysPriorScale, "holidaysPriorScale")
        guard changepointRange >= 0, changepointRange <= 1 else {
            throw Self.invalid("changepointRange must be between 0 and 1, got \(changepointRange)")
        }
        guard nChangepoints >= 0, nChangepoints <= Self.largestOrder else {
            throw Self.invalid("nChangepoints must be between 0 and \(Self.largestOrder), got \(nChangepoints)")
        }
        guard (changepoints?.count ?? 0) <= Self.largestOrder else {
            throw Self.invalid("changepoints may hold at most \(Self.largestOrder) times")
        }
        guard intervalWidth > 0, intervalWidth < 1 else {
            throw Self.invalid("intervalWidth must be above 0 and below 1, got \(intervalWidth)")
        }
        guard uncertaintySamples >= 0, uncertaintySamples <= 1_000_000 else {
            throw Self.invalid("uncertaintySamples must be between 0 and 1000000, got \(uncertaintySamples)")
        }
        let builtIn = [
            ("yearlySeasonality", yearlySeasonality), ("weeklySeasonality", weeklySeasonality),
            ("dailySeasonality", dailySeasonality),
        ]
        for (field, seasonality) in builtIn {
            if case .order(let order) = seasonality, order < 0 || order > Self.largestOrder {
                throw Self.invalid(
                    "\(field) must be auto, on, off or an order of 0 to \(Self.largestOrder), got \(order)")
            }
        }
        try validateNames()
        try validateHolidays()
    }

    private func validateNames() throws(ForecastError) {
        var taken: Set<String> = []
        for seasonality in seasonalities {
            let field = "seasonalities[\(seasonality.name)]"
            if !["daily", "weekly", "yearly"].contains(seasonality.name) {
                try Self.check(name: seasonality.name, field)
            }
            try Self.check(positive: seasonality.period, "\(field).period")
            guard seasonality.fourierOrder >= 1, seasonality.fourierOrder <= Self.largestOrder else {
                throw Self.invalid(
                    "\(field).fourierOrder must be between 1 and \(Self.largestOrder), got \(seasonality.fourierOrder)")
            }
            if let scale = seasonality.priorScale { try Self.check(positive: scale, "\(field).priorScale") }
            if let condition = seasonality.conditionName { try Self.check(name: condition, "\(field).conditionName") }
            guard taken.insert(seasonality.name).inserted else {
                throw Self.invalid("\(field) is given twice; names must be unique")
            }
        }
        for regressor in extraRegressors {
            let field = "extraRegressors[\(regressor.name)]"
            try Self.check(name: regressor.name, field)
            if let scale = regressor.priorScale { try Self.check(positive: scale, "\(field).priorScale") }
            guard taken.insert(regressor.name).inserted else {
                throw Self.invalid(
                    "\(field) has the name of a seasonality or of another regressor; names must be unique")
            }
        }
        for name in Set(holidays.map(\.name)).sorted() {
            guard !taken.contains(name) else {
                throw Self.invalid(
                    "holidays[\(name)] has the name of a seasonality or a regressor; names must be unique")
            }
        }
    }

    private func validateHolidays() throws(ForecastError) {
        var scales: [String: Double] = [:]
        for holiday in holidays {
            let field = "holidays[\(holiday.name)]"
            try Self.check(name: holiday.name, field)
            guard holiday.lowerWindow <= 0, holiday.lowerWindow >= -366 else {
                throw Self.invalid("\(field).lowerWindow must be between -366 and 0, got \(holiday.lowerWindow)")
            }
            guard holiday.upperWindow >= 0, holiday.upperWindow <= 366 else {
                throw Self.invalid("\(field).upperWindow must be between 0 and 366, got \(holiday.upperWindow)")
            }
            guard holiday.time.magnitude < 1 << 50 else {
                throw Self.invalid("\(field).time must be seconds since 1970, got \(holiday.time)")
            }
            let scale = holiday.priorScale ?? holidaysPriorScale
            try Self.check(positive: scale, "\(field).priorScale")
            guard scales.updateValue(scale, forKey: holiday.name).map({ $0 == scale }) ?? true else {
                throw Self.invalid("\(field).priorScale must be the same on all of its days")
            }
        }
        if let code = countryHolidays, CountryHolidays.calendar(code) == nil {
            throw Self.invalid(
                "countryHolidays must be one of \(CountryHolidays.codes.joined(separator: ", ")), got \(code)")
        }
    }

    private static func check(positive value: Double, _ field: String) throws(ForecastError) {
        guard value > 0, value.isFinite else { throw invalid("\(field) must be > 0, got \(value)") }
    }

    private static func check(name: String, _ field: String) throws(ForecastError) {
        guard !name.isEmpty else { throw invalid("\(field) must have a name") }
        guard !name.contains("_delim_") else { throw invalid("\(field): a name must not contain \"_delim_\"") }
        guard !reservedNames.contains(name) else {
            throw invalid("\(field): the name \"\(name)\" is reserved; choose another")
        }
    }

    private static func invalid(_ message: String) -> ForecastError {
        ForecastError(.invalidSetting, "prophet.\(message).")
    }
}
