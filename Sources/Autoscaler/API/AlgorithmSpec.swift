public import ForecastEngine

/// Which algorithm learns the series, and with which settings.
///
/// Prophet's parameters stand here by Prophet's own names and values; they matter to Prophet, alone or inside `Auto`.
/// Whatever is left out takes the engine's default, which for Prophet's parameters is Prophet's.
public struct AlgorithmSpec: Sendable, Hashable, Codable {
    /// The algorithm; left out, `Auto` where the model has a target and `Prophet` where it has none.
    public var name: AlgorithmName?
    /// Season lengths in steps; left out they are detected, empty means none.
    public var seasonLengths: [Int]?
    /// The share of outcomes that forecast intervals are to contain.
    public var intervalWidth: Double?
    /// The seed of everything that is drawn, so that a run can be repeated.
    public var seed: Int?

    /// The form of the trend.
    public var growth: ProphetSettings.Growth?
    /// Where the trend may change: days, or times in UTC.
    public var changepoints: [PointInTime]?
    /// How many changepoints are placed, where `changepoints` is left out.
    public var nChangepoints: Int?
    /// The share of the history, from its start, that changepoints are placed in.
    public var changepointRange: Double?
    /// How readily the trend changes.
    public var changepointPriorScale: Double?
    /// The yearly seasonality.
    public var yearlySeasonality: SeasonalityChoice?
    /// The weekly seasonality.
    public var weeklySeasonality: SeasonalityChoice?
    /// The daily seasonality.
    public var dailySeasonality: SeasonalityChoice?
    /// Seasonalities with periods of their own.
    public var seasonalities: [CustomSeasonality]?
    /// How seasonality meets the trend.
    public var seasonalityMode: ProphetSettings.Mode?
    /// How strong seasonality may be.
    public var seasonalityPriorScale: Double?
    /// Named days with an effect of their own.
    public var holidays: [HolidaySpec]?
    /// How strong the effect of a holiday may be.
    public var holidaysPriorScale: Double?
    /// How holidays meet the trend.
    public var holidaysMode: ProphetSettings.Mode?
    /// The two-letter code of the country whose holidays are added.
    public var countryHolidays: String?
    /// Columns of the history that explain it.
    public var extraRegressors: [RegressorSpec]?
    /// How many paths are drawn for Prophet's own interval.
    public var uncertaintySamples: Int?
    /// How values are scaled before Prophet fits them.
    public var scaling: ProphetSettings.Scaling?

    /// Leaves everything to the defaults.
    public init() {}

    /// Names an algorithm and leaves the rest to the defaults.
    public init(name: AlgorithmName) { self.name = name }
}
