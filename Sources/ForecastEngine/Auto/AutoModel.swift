/// A combination of the catalogue's algorithms, chosen for the series by how well they forecast held-out parts of it.
struct AutoModel: ForecastingAlgorithm {
    var members: [FittedModel]
    /// The share of each member, summing to 1.
    var weights: [Double]
    /// Forecasts do not go below this; 0 for a series that never did.
    var floor: Double?
    var residualDeviation: Double
    /// What days of the month add to what the members forecast; nil for steps other than a day and short histories.
    var monthEffect: MonthEffect?

    var choices: Choices {
        Choices(
            members: zip(members, weights).map {
                Choices.Member(name: $0.name, weight: $1, choices: $0.algorithm.choices)
            }
        )
    }

    static func fit(_ input: TrainingInput) throws(ForecastError) -> AutoModel {
        try fitHoldingOut(input).model
    }

    static func fitHoldingOut(
        _ input: TrainingInput
    ) throws(ForecastError) -> (model: AutoModel, calibration: Calibration?) {
        if let members = input.choices?.members, !members.isEmpty {
            return (try AutoModel(input, members: members), nil)
        }
        let selection = AutoSelection(input)
        return (try AutoModel(input, members: selection.members), selection.calibration)
    }

    /// Fits the given members to the whole input.
    init(_ input: TrainingInput, members: [Choices.Member]) throws(ForecastError) {
        var fitted: [FittedModel] = []
        var weights: [Double] = []
        var failure: ForecastError?
        for member in members {
            var part = input
            part.choices = member.choices
            do throws(ForecastError) {
                fitted.append(try FittedModel.fit(member.name, part))
                weights.append(member.weight)
            } catch {
                failure = error
            }
        }
        let total = weights.reduce(0, +)
        guard total > 0 else {
            throw failure
                ?? ForecastError(.invalidSetting, "The recipe of Auto names no member with a weight.")
        }
        self.members = fitted
        self.weights = weights.map { $0 / total }
        floor = input.values.contains { $0 < 0 } ? nil : 0
        residualDeviation = zip(fitted, self.weights).reduce(0) {
            $0 + $1.0.algorithm.residualDeviation * $1.1
        }
        monthEffect = MonthEffect(input.grid, until: input.grid.count)
    }

    var futureColumns: [FutureColumn] {
        members.flatMap(\.algorithm.futureColumns).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func predict(_ horizon: Horizon) throws(ForecastError) -> NativeForecast {
        var yhat = [Double](repeating: 0, count: horizon.leads.count)
        for (member, weight) in zip(members, weights) {
            let part = try member.algorithm.predict(horizon).yhat
            for row in yhat.indices { yhat[row] += weight * part[row] }
        }
        if let monthEffect { yhat = zip(yhat, horizon.times).map { monthEffect($0, at: $1) } }
        if let floor { yhat = yhat.map { max($0, floor) } }
        return NativeForecast(yhat: yhat, interval: nil)
    }
}
