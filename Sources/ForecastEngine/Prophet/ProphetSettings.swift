/// Prophet's parameters by Prophet's own names, in lower camel case, with Prophet's defaults.
public struct ProphetSettings: Hashable, Sendable, Codable {
    /// The form of the trend.
    public enum Growth: String, Hashable, Sendable, Codable, CaseIterable {
        case linear, logistic, flat
    }

    /// How a component meets the trend.
    public enum Mode: String, Hashable, Sendable, Codable, CaseIterable {
        case additive, multiplicative
    }

    /// How y is scaled before the fit.
    public enum Scaling: String, Hashable, Sendable, Codable, CaseIterable { case absmax, minmax }

    /// Whether a built-in seasonality is fitted, and with how many Fourier terms.
    public enum Seasonality: Hashable, Sendable, Codable {
        case auto
        case on
        case off
        case order(Int)
    }

    /// A seasonality with its own period.
    public struct CustomSeasonality: Hashable, Sendable, Codable {
        /// The component's name, which no other component has.
        public var name: String
        /// In days.
        public var period: Double
        /// How many pairs of sine and cosine.
        public var fourierOrder: Int
        /// Nil takes `seasonalityPriorScale`.
        public var priorScale: Double?
        /// Nil takes `seasonalityMode`.
        public var mode: Mode?
        /// The column (0 or 1) that says where the seasonality applies; nil is everywhere.
        public var conditionName: String?

        /// Creates one.
        public init(
            name: String, period: Double, fourierOrder: Int, priorScale: Double? = nil, mode: Mode? = nil,
            conditionName: String? = nil
        ) {
            self.name = name
            self.period = period
            self.fourierOrder = fourierOrder
            self.priorScale = priorScale
            self.mode = mode
            self.conditionName = conditionName
        }
    }

    /// One day of a named holiday.
    public struct Holiday: Hashable, Sendable, Codable {
        /// The holiday's name; its days share one effect.
        public var name: String
        /// Midnight of the day, seconds since 1970 UTC.
        public var time: Int
        /// Days before, at most 0.
        public var lowerWindow: Int
        /// Days after, at least 0.
        public var upperWindow: Int
        /// Nil takes `holidaysPriorScale`.
        public var priorScale: Double?

        /// Creates one.
        public init(
            name: String, time: Int, lowerWindow: Int = 0, upperWindow: Int = 0, priorScale: Double? = nil
        ) {
            self.name = name
            self.time = time
            self.lowerWindow = lowerWindow
            self.upperWindow = upperWindow
            self.priorScale = priorScale
        }
    }

    /// A column that explains the series.
    public struct Regressor: Hashable, Sendable, Codable {
        /// Whether the column is standardized; `auto` is unless it holds only 0 and 1.
        public enum Standardize: String, Hashable, Sendable, Codable { case auto, on, off }

        /// The column's name.
        public var name: String
        /// Nil takes `holidaysPriorScale`, as Prophet does.
        public var priorScale: Double?
        /// Whether the column is standardized.
        public var standardize: Standardize
        /// Nil takes `seasonalityMode`.
        public var mode: Mode?

        /// Creates one.
        public init(
            name: String, priorScale: Double? = nil, standardize: Standardize = .auto, mode: Mode? = nil
        ) {
            self.name = name
            self.priorScale = priorScale
            self.standardize = standardize
            self.mode = mode
        }
    }

    /// The form of the trend.
    public var growth: Growth = .linear
    /// Times of changepoints, seconds since 1970 UTC; nil places `nChangepoints` of them.
    public var changepoints: [Int]?
    /// How many changepoints are placed.
    public var nChangepoints: Int = 25
    /// The share of the history, from its start, that changepoints are placed in.
    public var changepointRange: Double = 0.8
    /// The season of a year; `auto` fits it from two years on.
    public var yearlySeasonality: Seasonality = .auto
    /// The season of a week; `auto` fits it from two weeks on, below weekly steps.
    public var weeklySeasonality: Seasonality = .auto
    /// The season of a day; `auto` fits it from two days on, below daily steps.
    public var dailySeasonality: Seasonality = .auto
    /// Seasons with their own periods.
    public var seasonalities: [CustomSeasonality] = []
    /// How seasons meet the trend.
    public var seasonalityMode: Mode = .additive
    /// The prior deviation of Fourier coefficients.
    public var seasonalityPriorScale: Double = 10
    /// The Laplace scale of changes in the trend.
    public var changepointPriorScale: Double = 0.05
    /// Days with their own effects.
    public var holidays: [Holiday] = []
    /// The prior deviation of holiday effects.
    public var holidaysPriorScale: Double = 10
    /// Nil takes `seasonalityMode`.
    public var holidaysMode: Mode?
    /// The two-letter code of the country whose holidays are added; nil adds none.
    public var countryHolidays: String?
    /// Columns that explain the series.
    public var extraRegressors: [Regressor] = []
    /// The share of outcomes that Prophet's own interval is to contain.
    public var intervalWidth: Double = 0.8
    /// How many trends are drawn for the interval; 0 gives none.
    public var uncertaintySamples: Int = 1000
    /// How y is scaled.
    public var scaling: Scaling = .absmax

    /// Creates Prophet's defaults.
    public init() {}
}
