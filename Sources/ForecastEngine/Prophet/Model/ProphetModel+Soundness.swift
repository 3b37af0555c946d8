extension ProphetModel {
    /// What is wrong with a model that was read; nil if it can forecast.
    var flaw: String? {
        plan.flaw ?? trend.flaw ?? scaling.flaw
            ?? Soundness.first(
                (beta.count == plan.width, "there are \(beta.count) coefficients for \(plan.width) columns"),
                (Soundness.areNumbers(beta), "a coefficient is not a number"),
                ((0...1e100).contains(sigma), "the noise is \(sigma)"),
                (meanStep >= 0 && meanStep <= 1e6, "the mean step is \(meanStep)"),
                ((0...1_000_000).contains(uncertaintySamples), "\(uncertaintySamples) samples are asked for"))
    }
}

extension ProphetPlan {
    fileprivate static let mostDays = 36_600

    fileprivate var flaw: String? {
        for component in components {
            let place = "the component '\(component.name)' "
            guard Soundness.isPositive(component.priorScale) else { return place + "has no prior scale" }
            switch component.source {
            case .fourier(let period, let order, _):
                guard period >= 1e-6, period <= 1e9 else { return place + "has a period of \(period) days" }
                guard (1...10_000).contains(order) else { return place + "has order \(order)" }
            case .holiday(let offset):
                guard abs(offset.clamped) <= Self.mostDays else { return place + "is \(offset) days off" }
            case .regressor(let mean, let deviation):
                guard Soundness.areNumbers([mean, deviation]), deviation != 0 else { return place + "has no scale" }
            }
        }
        for holiday in holidays {
            guard Soundness.times.contains(holiday.time), (-Self.mostDays...0).contains(holiday.lowerWindow),
                (0...Self.mostDays).contains(holiday.upperWindow)
            else { return "the holiday '\(holiday.name)' is out of range" }
        }
        return Soundness.first(
            (width <= Soundness.most, "there are \(width) columns"),
            (
                country.map { CountryHolidays.calendar($0) != nil } ?? true,
                "the country '\(country ?? "")' is not known"
            ))
    }
}

extension ProphetTrend {
    fileprivate var flaw: String? {
        Soundness.first(
            (
                delta.count == changepoints.count,
                "there are \(delta.count) changes at \(changepoints.count) changepoints"
            ),
            (Soundness.areNumbers([k, m] + delta + changepoints), "the trend is not of numbers"),
            (zip(changepoints, changepoints.dropFirst()).allSatisfy { $0 <= $1 }, "changepoints are out of order"))
    }
}

extension ProphetScaling {
    fileprivate var flaw: String? {
        Soundness.first(
            (Soundness.times.contains(start), "the first time is \(start)"),
            (timeScale >= 0 && timeScale <= 1e13, "the time scale is \(timeScale)"),
            (Soundness.isPositive(valueScale), "the value scale is \(valueScale)"),
            (Soundness.areNumbers([floor]), "the floor is \(floor)"))
    }
}

extension Int {
    /// Itself, less the one number that has no absolute value.
    fileprivate var clamped: Int { Swift.max(self, -Int.max) }
}
