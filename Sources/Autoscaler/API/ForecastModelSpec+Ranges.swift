import ForecastEngine
import Foundation

extension AlgorithmSpec {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        func check(_ holds: Bool, _ field: String, _ message: String) {
            if !holds { errors.append(SpecError(.invalidValue, field: "\(path).\(field)", message)) }
        }
        func positive(_ value: Double?, _ field: String) {
            check(value.map { $0 > 0 && $0.isFinite } ?? true, field, "must be above 0")
        }
        check(intervalWidth.map { $0 > 0 && $0 < 1 } ?? true, "intervalWidth", "must be above 0 and below 1")
        check(seasonLengths?.allSatisfy { $0 >= 2 } ?? true, "seasonLengths", "a season is at least 2 steps long")
        check(seed.map { $0 >= 0 } ?? true, "seed", "must not be negative")
        check(nChangepoints.map { $0 >= 0 } ?? true, "nChangepoints", "must not be negative")
        check(changepointRange.map { $0 >= 0 && $0 <= 1 } ?? true, "changepointRange", "must be from 0 to 1")
        check(uncertaintySamples.map { $0 >= 0 } ?? true, "uncertaintySamples", "must not be negative")
        positive(changepointPriorScale, "changepointPriorScale")
        positive(seasonalityPriorScale, "seasonalityPriorScale")
        positive(holidaysPriorScale, "holidaysPriorScale")
        for (choice, field) in [
            (yearlySeasonality, "yearlySeasonality"), (weeklySeasonality, "weeklySeasonality"),
            (dailySeasonality, "dailySeasonality"),
        ] {
            if case .order(let order)? = choice { check(order >= 1, field, "needs at least one Fourier term") }
        }
        for (index, seasonality) in (seasonalities ?? []).enumerated() {
            check(seasonality.period > 0, "seasonalities[\(index)].period", "must be above 0 days")
            check(seasonality.fourierOrder >= 1, "seasonalities[\(index)].fourierOrder", "must be at least 1")
        }
        for (index, holiday) in (holidays ?? []).enumerated() {
            check(!holiday.dates.isEmpty, "holidays[\(index)].dates", "needs at least one day")
            check((holiday.lowerWindow ?? 0) <= 0, "holidays[\(index)].lowerWindow", "counts days before: 0 or below")
            check((holiday.upperWindow ?? 0) >= 0, "holidays[\(index)].upperWindow", "counts days after: 0 or above")
        }
        check(
            countryHolidays.map(CountryHolidays.codes.contains) ?? true, "countryHolidays",
            "must be one of \(CountryHolidays.codes.joined(separator: ", ")); list the days of another as holidays")
        guard errors.isEmpty else { return errors }
        // Names that clash, and whatever else a fit would refuse: told now, not by a training pod.
        do throws(ForecastError) {
            try prophetSettings.validate()
        } catch {
            errors.append(SpecError(.invalidValue, field: path, error.message))
        }
        return errors
    }
}

extension TrainingSpec {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        func check(_ holds: Bool, _ field: String, _ message: String) {
            if !holds { errors.append(SpecError(.invalidValue, field: "\(path).\(field)", message)) }
        }
        check(TimeZone(identifier: timeZone) != nil, "timeZone", SpecError.noTimeZone(timeZone))
        if let schedule {
            do throws(CronError) {
                _ = try CronSchedule(schedule)
            } catch {
                errors.append(SpecError(.invalidValue, field: "\(path).schedule", "\(error)"))
            }
        }
        check(holdout.map { $0.seconds > 0 } ?? true, "holdout", "must be longer than 0s")
        check((1...20).contains(origins), "origins", "must be from 1 to 20")
        check((0...100).contains(toleratedFailures), "toleratedFailures", "must be from 0 to 100 percent")
        errors += preparation.validate(at: "\(path).preparation")
        check((1...Self.mostPods).contains(parallelism), "parallelism", "must be from 1 to \(Self.mostPods)")
        check(historyLimit >= 0, "historyLimit", "must not be negative")
        check(backoffLimit >= 0, "backoffLimit", "must not be negative")
        check(activeDeadlineSeconds >= 1, "activeDeadlineSeconds", "must be at least 1")
        check(ttlSecondsAfterFinished >= 0, "ttlSecondsAfterFinished", "must not be negative")
        check(startingDeadlineSeconds.map { $0 >= 0 } ?? true, "startingDeadlineSeconds", "must not be negative")
        check(
            schedule != nil || (jitter == nil && startingDeadlineSeconds == nil), "schedule",
            "jitter and startingDeadlineSeconds are about a schedule, and there is none: add one, or remove them")
        return errors + pod.validate(at: path)
    }
}

extension PromotionSpec {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if !(0..<100).contains(minimumImprovement) {
            errors.append(
                SpecError(.invalidValue, field: "\(path).minimumImprovement", "must be from 0 to below 100 percent")
            )
        }
        if let pinnedVersion, pinnedVersion < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).pinnedVersion", "versions are counted from 1"))
        }
        if let approvedVersion, approvedVersion < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).approvedVersion", "versions are counted from 1"))
        }
        if let rejectedVersion, rejectedVersion < 1 {
            errors.append(SpecError(.invalidValue, field: "\(path).rejectedVersion", "versions are counted from 1"))
        }
        if let approvedVersion, let rejectedVersion, approvedVersion == rejectedVersion {
            errors.append(
                SpecError(
                    .conflictingFields, field: "\(path).rejectedVersion",
                    "version \(rejectedVersion) is approved and rejected: keep one of the two"))
        }
        if automaticRollback.afterRuns < 1 {
            errors.append(
                SpecError(.invalidValue, field: "\(path).automaticRollback.afterRuns", "must be at least 1"))
        }
        if !(0...1000).contains(automaticRollback.marginPercent) {
            errors.append(
                SpecError(
                    .invalidValue, field: "\(path).automaticRollback.marginPercent", "must be from 0 to 1000 percent"))
        }
        return errors
    }
}

extension ScalingSpec {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        if !(quantile > 0 && quantile < 1) {
            errors.append(SpecError(.invalidValue, field: "\(path).quantile", "must be above 0 and below 1"))
        }
        if !(0...100).contains(tolerancePercent) {
            errors.append(SpecError(.invalidValue, field: "\(path).tolerancePercent", "must be from 0 to 100"))
        }
        var names: Set<String> = []
        for (index, container) in containers.enumerated() {
            if !names.insert(container.name).inserted {
                errors.append(
                    SpecError(
                        .conflictingFields, field: "\(path).containers[\(index)].name",
                        "“\(container.name)” is named twice: keep one entry"
                    )
                )
            }
            errors += container.validate(at: "\(path).containers[\(index)]")
        }
        for (index, window) in windows.enumerated() {
            errors += window.validate(at: "\(path).windows[\(index)]")
        }
        return errors
    }
}

extension ContainerPolicy {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        for (percent, field) in [(requestPercent, "requestPercent"), (limitPercent, "limitPercent")] {
            if let percent, !(1...1000).contains(percent) {
                errors.append(SpecError(.invalidValue, field: "\(path).\(field)", "must be from 1 to 1000 percent"))
            }
        }
        if let requestPercent, let limitPercent, requestPercent > limitPercent {
            errors.append(
                SpecError(
                    .conflictingFields, field: "\(path).requestPercent",
                    "\(requestPercent)% is above limitPercent (\(limitPercent)%): a request cannot exceed its limit"
                )
            )
        }
        for resource in ResourceName.allCases {
            let (least, most) = (minAllowed?[resource], maxAllowed?[resource])
            for (amount, field) in [(least, "minAllowed"), (most, "maxAllowed")] where amount?.isNegative == true {
                errors.append(
                    SpecError(.invalidValue, field: "\(path).\(field).\(resource.rawValue)", "must not be negative")
                )
            }
            // A bound of 4 where 4Gi was meant would starve the container, and a limit of 0 is none at all.
            let floor: Quantity = resource == .cpu ? Quantity(milli: 1) : Quantity(1 << 20, format: .binary)
            if let most, !most.isNegative, most < floor {
                errors.append(
                    SpecError(
                        .invalidValue, field: "\(path).maxAllowed.\(resource.rawValue)",
                        resource == .cpu
                            ? "\(most) is below 1m: write cores such as 4 or 500m"
                            : "\(most) is below 1Mi: write bytes such as 4Gi"))
            } else if let least, let most, least > most {
                errors.append(
                    SpecError(
                        .conflictingFields, field: "\(path).minAllowed.\(resource.rawValue)",
                        "\(least) is above maxAllowed (\(most))"
                    )
                )
            }
        }
        return errors
    }
}

extension ChangeWindow {
    func validate(at path: String) -> [SpecError] {
        var errors: [SpecError] = []
        for (text, field) in [(start, "start"), (end, "end")] where Self.minuteOfDay(text) == nil {
            errors.append(
                SpecError(.invalidValue, field: "\(path).\(field)", "“\(text)” is no time of day: write it as 22:30")
            )
        }
        if days.isEmpty {
            errors.append(SpecError(.missingField, field: "\(path).days", "name at least one day"))
        }
        if TimeZone(identifier: timeZone) == nil {
            errors.append(
                SpecError(.invalidValue, field: "\(path).timeZone", SpecError.noTimeZone(timeZone)))
        }
        return errors
    }
}
