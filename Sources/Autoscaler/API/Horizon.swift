/// How far ahead a model looks, which also picks the default multipliers.
public enum Horizon: String, Sendable, Hashable, Codable, CaseIterable {
    /// The next 24 hours.
    case day = "Day"
    /// The next 7 days.
    case week = "Week"
    /// The next 28 days, as four samples of one week's statistic each.
    case month = "Month"

    /// The length of the horizon.
    ///
    /// A month is four whole weeks, so that every weekday counts the same.
    public var span: TimeSpan {
        switch self {
        case .day: .days(1)
        case .week: .days(7)
        case .month: .days(28)
        }
    }

    /// Requests in percent of the prediction, where the model does not say.
    public var defaultRequestPercent: Int {
        switch self {
        case .day, .week: 80
        case .month: 70
        }
    }

    /// Limits in percent of the prediction, where the model does not say.
    public var defaultLimitPercent: Int {
        switch self {
        case .day, .week: 120
        case .month: 150
        }
    }

    /// How many samples the horizon is split into.
    public var sampleCount: Int { self == .month ? 4 : 1 }

    /// The horizon in words, for explanations: “the next day”.
    public var phrase: String {
        switch self {
        case .day: "the next day"
        case .week: "the next week"
        case .month: "the next four weeks"
        }
    }
}
