/// The nationwide public holidays of ten countries by rule, under the English names of the `holidays` package.
///
/// The rules hold from 1975 on; before that, and where a country decrees days year by year, see each country's own notes.
/// `Benchmarks/compare_holidays.py` compares every year from 1975 to 2050 with the package.
enum CountryHolidays {
    /// One day off.
    struct Day: Hashable, Sendable {
        /// Days since 1970-01-01.
        var day: Int
        var name: String
    }

    /// The two-letter codes that have rules here.
    static let codes = ["BR", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "US"]

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
