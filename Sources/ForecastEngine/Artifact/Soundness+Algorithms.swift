extension Magnitude {
    var isSound: Bool { Soundness.isPositive(unit) && unit.isNormal }
}

extension NaiveModel {
    var flaw: String? {
        Soundness.first((Soundness.areNumbers([last, residualDeviation]), "the naive model has no value"))
    }
}

extension SeasonalNaiveModel {
    var flaw: String? {
        Soundness.first(
            (Soundness.areSeasons([season]), "the season is empty or not of numbers"),
            (Soundness.areNumbers([residualDeviation]), "the deviation is not a number"))
    }
}

extension ProfileModel {
    var flaw: String? {
        Soundness.first(
            (!profile.isEmpty && profile.allSatisfy(\.isFinite), "the profile is empty or not of numbers"),
            ((otherDays ?? []).count == shape.days.count - 1, "the profile does not have one row a kind of day"),
            (
                (otherDays ?? []).allSatisfy { $0.count == profile.count && $0.allSatisfy(\.isFinite) },
                "the profile of a kind of day has gaps or is not of numbers"
            ),
            (Soundness.areNumbers([unit, level, residualDeviation]), "the profile's level is not a number"))
    }
}

extension NeighborsModel {
    var flaw: String? {
        Soundness.first(
            (!path.isEmpty && path.allSatisfy(\.isFinite), "the path is empty or not of numbers"),
            (
                (1...Soundness.most).contains(block) && path.count * block <= Soundness.most,
                "the path has \(path.count) values for \(block) steps each"
            ),
            ((1...Soundness.most).contains(shape.season), "the season is \(shape.season) steps"),
            (Soundness.areNumbers([unit, residualDeviation]), "the path's unit is not a number"))
    }
}

extension ETSModel {
    var flaw: String? {
        let season = form.season == .none ? 0 : period
        return Soundness.first(
            ((1...Soundness.most).contains(period), "the period is \(period)"),
            (
                last.season.count == season && initial.season.count == season,
                "the season does not have \(season) values"
            ),
            (last.isFinite && initial.isFinite, "the state of exponential smoothing is not of numbers"),
            (variance.isFinite && variance >= 0, "the variance is \(variance)"))
    }
}

extension ETSForecaster {
    var flaw: String? {
        Soundness.first(
            (magnitude.isSound, "the unit is \(magnitude.unit)"),
            (Soundness.areNumbers([residualDeviation]), "the deviation is not a number")) ?? choices.flaw ?? model.flaw
    }
}

extension MSTLForecaster {
    var flaw: String? {
        Soundness.first((Soundness.areSeasons(seasons), "a season is empty or not of numbers")) ?? choices.flaw
            ?? trend.flaw
    }
}

extension ThetaForecaster {
    var flaw: String? {
        let own =
            Soundness.first(
                (magnitude.isSound, "the unit is \(magnitude.unit)"),
                (Soundness.areNumbers([lastValue, residualDeviation]), "the last value is not a number"))
            ?? choices.flaw
        guard own == nil, let fit else { return own }
        let state = fit.model.last
        return Soundness.first(
            (Soundness.areSeasons(fit.season.map { [$0.figure] } ?? []), "the season is empty or not of numbers"),
            ((0...1_000_000_000_000).contains(state.count), "the state counts \(state.count) observations"),
            (
                Soundness.areNumbers([
                    fit.model.alpha, fit.model.theta, fit.model.variance, state.level, state.mean, state.intercept,
                    state.slope, state.decay,
                ]) && fit.model.alpha != 0 && fit.model.theta != 0, "the state of Theta is not of numbers"
            ))
    }
}

extension ARIMAModel {
    var flaw: String? {
        let parts = [order.p, order.d, order.q, order.seasonalP, order.seasonalD, order.seasonalQ, order.period]
        guard parts.allSatisfy({ (0...1_000).contains($0) }), order.period >= 1, order.d <= 3, order.seasonalD <= 3
        else { return "the orders are out of range" }
        let state = max(order.p + order.period * order.seasonalP, order.q + order.period * order.seasonalQ + 1)
        return Soundness.first(
            (coefficients.count == order.arma, "there are \(coefficients.count) coefficients for \(order.arma)"),
            (self.state.count == state, "the state has \(self.state.count) values for \(state)"),
            (tail.count == order.lost, "\(tail.count) values are kept for \(order.lost)"),
            (
                Soundness.areNumbers(coefficients + self.state + tail + [mean, variance]) && variance >= 0,
                "the coefficients are not numbers"
            ))
    }
}

extension ARIMAForecaster {
    var flaw: String? {
        Soundness.first(
            (magnitude.isSound, "the unit is \(magnitude.unit)"),
            (Soundness.areNumbers([lastValue, residualDeviation]), "the last value is not a number"),
            (Soundness.areSeasons(seasons), "a season is empty or not of numbers")) ?? choices.flaw ?? model?.flaw
    }
}

extension LSTMForecaster {
    var flaw: String? {
        let shape = network.shape
        guard shape.inputs == Self.shape.inputs, (1...1_000).contains(shape.hidden),
            (1...10_000).contains(shape.steps), (1...1_000).contains(shape.horizon), shape.horizon <= shape.steps
        else { return "the network's shape is out of range" }
        return Soundness.first(
            (network.parameters.count == shape.parameters, "the network lacks parameters"),
            (Soundness.areNumbers(network.parameters), "a weight is not a number"),
            (tail.count >= shape.steps && tail.count <= Soundness.most, "the last values are fewer than a window"),
            (tailTimes.count == tail.count, "the last values have not as many times"),
            (tailTimes.allSatisfy(Soundness.times.contains), "a time is out of range"),
            (step.isSound, "the step is \(step)"),
            (Soundness.areNumbers(tail + [mean, deviation, residualDeviation]), "a last value is not a number"),
            (deviation >= 0, "the deviation is \(deviation)")) ?? choices.flaw
    }
}
