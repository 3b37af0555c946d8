/// The nationwide public holidays of ten countries by rule, under the English names of the `holidays` package.
///
/// The rules hold from 1975 on; before that, see each country's own notes. What a government decides year by year is kept as
/// short lists beside the rules: the days off that China trades for working weekends, 2001 to 2026, and the festivals that
/// India gazettes on another day than the rule's.
/// `Benchmarks/compare_holidays.py` compares every year from 1975 to 2050 with the package.
public enum CountryHolidays {
    /// One day off.
    public struct Day: Hashable, Sendable {
        /// Days since 1970-01-01.
        public var day: Int
        /// The holiday's name in English.
        public var name: String
    }

    /// The two-letter codes that have rules here.
    public static let codes = ["BR", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "US"]

    /// The holidays of a country in a year, in the order of days; nil where the country has no rules here.
    public static func days(_ code: String, year: Int) -> [Day]? {
        calendar(code).map { $0(year).sorted { ($0.day, $0.name) < ($1.day, $1.name) } }
    }

    /// The rules of a country: its holidays of one year, in no order.
    static func calendar(_ code: String) -> (@Sendable (Int) -> [Day])? {
        switch code.uppercased() {
        case "BR": brazil
        case "CN": china
        case "DE": germany
        case "ES": spain
        case "FR": france
        case "GB": unitedKingdom
        case "IN": india
        case "IT": italy
        case "JP": japan
        case "US": unitedStates
        default: nil
        }
    }
}
