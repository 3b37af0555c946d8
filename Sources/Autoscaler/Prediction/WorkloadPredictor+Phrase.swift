import ForecastEngine

extension WorkloadPredictor {
    /// What the predicted number is, in the words of an explanation.
    func phrase(_ model: TrainedModel, calibrated: Bool, pastHorizons: Int, beginsLater: Bool) -> String {
        var checks = [model.recipe.settings.name.rawValue]
        let percent = Self.percent(quantile)
        switch statistic {
        case .peak where calibrated:
            checks.append("checked on \(Self.count(pastHorizons, "past \(sampleName)"))")
            return "the \(percent) upper bound of the highest use in \(window) (\(checks.joined(separator: ", ")))"
        case .peak:
            checks.append(
                "\(Self.count(pastHorizons, "past \(sampleName)")), "
                    + (beginsLater ? "all nearer to their training" : "too few to confirm \(percent)"))
            return "the \(percent) upper bound of the highest use in \(window) (\(checks.joined(separator: ", ")))"
        case .mean:
            return "the mean use in \(window) (\(checks.joined(separator: ", ")))"
        case .quantile:
            return "the \(percent) quantile of the use in \(window) (\(checks.joined(separator: ", ")))"
        }
    }

    /// “the next day”, or for a month which of its weeks counts.
    private var window: String {
        switch (horizon, statistic) {
        case (.month, .mean): "the next four weeks"
        case (.month, _): "the busiest of the next four weeks"
        default: horizon.phrase
        }
    }

    private var sampleName: String { horizon == .day ? "day" : "week" }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 0 ? "no \(noun)s" : number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    /// 0.9 as `90%`, 0.975 as `97.5%`.
    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }
}
