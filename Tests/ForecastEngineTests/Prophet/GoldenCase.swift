import Foundation

@testable import ForecastEngine

/// One stored run of Prophet 1.5.0 from `../shared/golden`, and the series it was run on.
struct GoldenCase: Decodable {
    struct Input: Decodable {
        var file: String
        var unique_id: String
        var rows_used: Int
        var train_rows: Int
        var train_rows_non_nan: Int
        var holdout_rows: Int
    }

    struct Scaling: Decodable {
        var y_scale: Double
        var y_min: Double
        var t_scale_seconds: Double
    }

    struct Parameters: Decodable {
        var k: [Double]
        var m: [Double]
        var delta: [Double]
        var beta: [Double]
        var sigma_obs: [Double]
    }

    struct DesignMatrix: Decodable {
        /// These are null for the constant series.
        var columns: [String]?
        var prior_sigmas: [Double]?
        var s_m: [Double]?
        var X_first_row: [Double]?
        var X_last_row: [Double]?
    }

    struct Reference: Decodable {
        var lp: Double
        var params_scaled: Parameters
    }

    struct Fit: Decodable {
        var stan_lp: Double?
        var optimum_reference: Reference?
    }

    /// Columns of the forecast; `ds` is text, the rest numbers.
    struct Frame: Decodable {
        var ds: [String] = []
        var columns: [String: [Double]] = [:]

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                if key.stringValue == "ds" {
                    ds = try container.decode([String].self, forKey: key)
                } else {
                    columns[key.stringValue] = try container.decode([Double?].self, forKey: key).map { $0 ?? .nan }
                }
            }
        }
    }

    var `case`: String
    var input: Input
    var scaling: Scaling
    var changepoints_t: [Double]
    var design_matrix: DesignMatrix
    var fitted_params_scaled: Parameters
    var fit: Fit
    var holdout: Frame

    static let names = [
        "01_peyton_daily_default", "02_air_passengers_multiplicative", "03_nab_cpu_5min_default",
        "04_retail_sales_monthly_default", "05_wp_log_R_logistic_cap8.5", "06_peyton_holidays_regressor",
        "07_peyton_gaps", "08_bitbrains_hourly_cpu_default", "09_rossmann_seed_params",
        "10_bitbrains_mem_flat_minmax", "11_peyton_custom_conditional",
        "12_rossmann_promo_multiplicative_DEholidays", "13_yosemite_5min_nan", "14_constant_series",
        "15_air_passengers_short_newton",
    ]

    init(_ name: String) throws {
        let data = try Data(contentsOf: SharedFiles.directory("golden").appending(path: "\(name).json"))
        self = try JSONDecoder().decode(GoldenCase.self, from: data)
    }

    /// The rows that were used, in the order of the file, training first.
    func series() throws -> TimeSeries {
        var rows = try SharedFiles.rows(of: input.unique_id, in: input.file)
        switch `case`.prefix(2) {
        case "07":
            rows = rows.enumerated().compactMap { index, row in
                if index % 17 == 0 || (1200...1449).contains(index) { return nil }
                var row = row
                if (500...699).contains(index) { row.y = .nan }
                return row
            }
        case "09", "12": rows = rows.filter { $0.extra["open"] == 1 }
        case "14": for index in rows.indices { rows[index].y = 5 }
        case "15": rows = Array(rows.suffix(96))
        default: break
        }
        var columns: [String: [Double]] = [:]
        let dates = rows.map { CalendarDate(time: $0.time) }
        switch `case`.prefix(2) {
        case "05": columns["cap"] = rows.map { _ in 8.5 }
        case "06":
            columns["nfl_sunday"] = dates.map { $0.weekday == 0 && ($0.month >= 9 || $0.month == 1) ? 1 : 0 }
        case "11":
            columns["on_season"] = dates.map { $0.month > 8 || $0.month < 2 ? 1 : 0 }
            columns["off_season"] = dates.map { $0.month > 8 || $0.month < 2 ? 0 : 1 }
        case "12": columns["promo"] = rows.map { $0.extra["promo"] ?? 0 }
        default: break
        }
        return TimeSeries(id: input.unique_id, times: rows.map(\.time), values: rows.map(\.y), columns: columns)
    }

    func training() throws -> TimeSeries { Self.slice(try series(), 0..<input.train_rows) }

    /// The holdout in the order of time, as Prophet returns it.
    func future() throws -> TimeSeries {
        let all = try series()
        return try Self.slice(all, input.train_rows..<(input.train_rows + input.holdout_rows)).validated()
    }

    private static func slice(_ series: TimeSeries, _ range: Range<Int>) -> TimeSeries {
        TimeSeries(
            id: series.id, times: Array(series.times[range]), values: Array(series.values[range]),
            columns: series.columns.mapValues { Array($0[range]) }
        )
    }

    var settings: ProphetSettings {
        var settings = ProphetSettings()
        switch `case`.prefix(2) {
        case "02", "15": settings.seasonalityMode = .multiplicative
        case "05": settings.growth = .logistic
        case "06":
            let playoffs = [
                "2008-01-13", "2009-01-03", "2010-01-16", "2010-01-24", "2010-02-07", "2011-01-08", "2013-01-12",
                "2014-01-12", "2014-01-19", "2014-02-02", "2015-01-11", "2016-01-17", "2016-01-24", "2016-02-07",
            ]
            let superbowls = ["2010-02-07", "2014-02-02", "2016-02-07"]
            settings.holidays =
                playoffs.map { .init(name: "playoff", time: SharedFiles.time($0), upperWindow: 1) }
                + superbowls.map { .init(name: "superbowl", time: SharedFiles.time($0), upperWindow: 1) }
            settings.extraRegressors = [.init(name: "nfl_sunday", priorScale: 10)]
        case "09":
            settings.yearlySeasonality = .on
            settings.dailySeasonality = .on
        case "10":
            settings.growth = .flat
            settings.scaling = .minmax
        case "11":
            settings.weeklySeasonality = .off
            settings.seasonalities = [
                .init(name: "monthly", period: 30.5, fourierOrder: 5, priorScale: 0.1),
                .init(name: "weekly_on", period: 7, fourierOrder: 3, conditionName: "on_season"),
                .init(
                    name: "weekly_off", period: 7, fourierOrder: 3, mode: .multiplicative, conditionName: "off_season"),
            ]
        case "12":
            settings.seasonalityMode = .multiplicative
            settings.changepointPriorScale = 0.1
            settings.nChangepoints = 15
            settings.changepointRange = 0.9
            settings.extraRegressors = [
                .init(name: "promo", priorScale: 5, standardize: .off, mode: .multiplicative)
            ]
            settings.countryHolidays = "DE"
        case "13": settings.changepointPriorScale = 0.01
        default: break
        }
        return settings
    }
}
