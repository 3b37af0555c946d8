public import ForecastEngine

/// Whether one of Prophet's own seasonalities is fitted: `auto`, `enabled`, `disabled`, or a number of Fourier terms.
///
/// The words stand for Prophet's `auto`, `True` and `False`; YAML 1.1 would read a bare `on` as a boolean.
public enum SeasonalityChoice: Sendable, Hashable {
    /// Fitted where the history is long and fine enough.
    case auto
    /// Always fitted, with Prophet's usual number of terms.
    case enabled
    /// Never fitted.
    case disabled
    /// Fitted with this many Fourier terms.
    case order(Int)
}

extension SeasonalityChoice: Codable {
    /// Reads a word or a number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let order = try? container.decode(Int.self) {
            self = .order(order)
            return
        }
        switch try container.decode(String.self) {
        case "auto": self = .auto
        case "enabled": self = .enabled
        case "disabled": self = .disabled
        case let text:
            guard let order = Int(text) else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription:
                        "“\(text)” is not a seasonality: write auto, enabled, disabled or a number of terms"
                )
            }
            self = .order(order)
        }
    }

    /// Writes a word or a number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .auto: try container.encode("auto")
        case .enabled: try container.encode("enabled")
        case .disabled: try container.encode("disabled")
        case .order(let order): try container.encode(order)
        }
    }
}

/// A seasonality with its own period.
public struct CustomSeasonality: Sendable, Hashable, Codable {
    /// The component's name, which no other component has.
    public var name: String
    /// The period in days.
    public var period: Double
    /// How many pairs of sine and cosine.
    public var fourierOrder: Int
    /// How strong it may be; `seasonalityPriorScale` where left out.
    public var priorScale: Double?
    /// How it meets the trend; `seasonalityMode` where left out.
    public var mode: ProphetSettings.Mode?
    /// The column of the history (0 or 1) that says where it applies; everywhere where left out.
    public var conditionName: String?

    /// Makes a seasonality.
    public init(name: String, period: Double, fourierOrder: Int) {
        self.name = name
        self.period = period
        self.fourierOrder = fourierOrder
    }
}

/// A named holiday and the days it falls on.
public struct HolidaySpec: Sendable, Hashable, Codable {
    /// The holiday's name; its days share one effect.
    public var name: String
    /// The days, past and to come.
    public var dates: [PointInTime]
    /// Days before that are affected too, at most 0.
    public var lowerWindow: Int?
    /// Days after that are affected too, at least 0.
    public var upperWindow: Int?
    /// How strong the effect may be; `holidaysPriorScale` where left out.
    public var priorScale: Double?

    /// Makes a holiday.
    public init(name: String, dates: [PointInTime]) {
        self.name = name
        self.dates = dates
    }
}

/// A column of the history that explains the series.
public struct RegressorSpec: Sendable, Hashable, Codable {
    /// The column's name.
    public var name: String
    /// How strong the effect may be; `holidaysPriorScale` where left out, as in Prophet.
    public var priorScale: Double?
    /// Whether the column is standardized; left out, unless it holds only 0 and 1.
    public var standardize: Bool?
    /// How it meets the trend; `seasonalityMode` where left out.
    public var mode: ProphetSettings.Mode?

    /// Makes a regressor.
    public init(name: String) { self.name = name }
}
