/// Which columns Prophet's X has, resolved from the settings and a history, in Prophet's order: seasonalities as they were
/// added and then yearly, weekly, daily; holidays by name and offset; regressors as they were added.
struct ProphetPlan: Hashable, Sendable, Codable {
    /// One column or one run of columns with a common prior.
    struct Component: Hashable, Sendable, Codable {
        enum Source: Hashable, Sendable, Codable {
            /// 2·`order` columns; `period` in days; `condition` names a column of 0 and 1.
            case fourier(period: Double, order: Int, condition: String?)
            /// 1 where `offset` days before the row's date is a day of the holiday.
            case holiday(offset: Int)
            /// A column less `mean`, over `deviation`.
            case regressor(mean: Double, deviation: Double)
        }

        var name: String
        var source: Source
        var priorScale: Double
        var mode: ProphetSettings.Mode

        var width: Int {
            if case .fourier(_, let order, _) = source { return 2 * order }
            return 1
        }

        var isHoliday: Bool {
            if case .holiday = source { return true }
            return false
        }
    }

    var components: [Component]
    /// Holidays given by day; those of `country` are computed.
    var holidays: [ProphetSettings.Holiday]
    var country: String?

    var width: Int { components.reduce(0) { $0 + $1.width } }

    /// The prior deviation of each column.
    var priorScales: [Double] {
        components.flatMap { [Double](repeating: $0.priorScale, count: $0.width) }
    }

    /// Whether any component multiplies the trend.
    var isMultiplicative: Bool { components.contains { $0.mode == .multiplicative } }

    /// Whether the columns depend on the row's time alone, so that series can share them.
    var dependsOnTimeOnly: Bool {
        components.allSatisfy {
            switch $0.source {
            case .fourier(_, _, let condition): condition == nil
            case .holiday: true
            case .regressor: false
            }
        }
    }

    /// Prophet's names of the columns, such as `weekly_delim_1` and `playoff_delim_+0`.
    var columnNames: [String] {
        components.flatMap { component -> [String] in
            switch component.source {
            case .fourier(_, let order, _): (1...(2 * order)).map { "\(component.name)_delim_\($0)" }
            case .holiday(let offset): [Self.holidayColumn(component.name, offset)]
            case .regressor: [component.name]
            }
        }
    }

    static func holidayColumn(_ name: String, _ offset: Int) -> String {
        "\(name)_delim_\(offset >= 0 ? "+" : "-")\(abs(offset))"
    }
}
