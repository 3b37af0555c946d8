import ForecastEngine

extension ForecastModelSpec {
    /// Settings that are right in themselves and change nothing beside the others, each with its field and why.
    ///
    /// They are told, not refused: a model may have been made before anybody said so, and it works.
    public var withoutEffect: [String] {
        var found: [String] = []
        if algorithmName != .prophet, algorithmName != .auto {
            found += algorithm.prophetFields.map {
                "spec.algorithm.\($0) is for Prophet and Auto, and the algorithm is \(algorithmName.rawValue)"
            }
        }
        if targetRef == nil, !isTemplate {
            let fields = [("containers", scaling.containers.isEmpty), ("windows", scaling.windows.isEmpty)]
            found += fields.filter { !$0.1 }.map { "spec.scaling.\($0.0) is about a target, and there is no targetRef" }
        }
        for (index, container) in scaling.containers.enumerated()
        where container.limitPercent != nil && container.controlledValues == .requestsOnly {
            found.append(
                "spec.scaling.containers[\(index)].limitPercent is about limits, which controlledValues leaves alone")
        }
        return found
    }
}

extension AlgorithmSpec {
    /// The names of Prophet's own parameters that are set.
    var prophetFields: [String] {
        let all: [(String, Any?)] = [
            ("growth", growth), ("changepoints", changepoints), ("nChangepoints", nChangepoints),
            ("changepointRange", changepointRange), ("changepointPriorScale", changepointPriorScale),
            ("yearlySeasonality", yearlySeasonality), ("weeklySeasonality", weeklySeasonality),
            ("dailySeasonality", dailySeasonality), ("seasonalities", seasonalities),
            ("seasonalityMode", seasonalityMode), ("seasonalityPriorScale", seasonalityPriorScale),
            ("holidays", holidays), ("holidaysPriorScale", holidaysPriorScale), ("holidaysMode", holidaysMode),
            ("countryHolidays", countryHolidays), ("extraRegressors", extraRegressors),
            ("uncertaintySamples", uncertaintySamples), ("scaling", scaling),
        ]
        return all.filter { $0.1 != nil }.map(\.0)
    }
}
