/// The public holidays of a country by rule, with the names that the `holidays` package gives them in English.
enum CountryHolidays {
    /// One day off.
    struct Day: Hashable, Sendable {
        /// Days since 1970-01-01.
        var day: Int
        var name: String
    }

    /// The two-letter codes that have rules here.
    static let codes = ["BR", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "US"]

    /// The rules of a country: its holidays of one year.
    static func calendar(_ code: String) -> (@Sendable (Int) -> [Day])? {
        nil
    }
}
