/// What the State Council of China decrees year by year, which follows from no rule: which days are off in a row, and which
/// weekend days are worked for them.
///
/// From the yearly notices of its General Office on the arrangement of holidays ("国务院办公厅关于…部分节假日安排的通知", published on
/// www.gov.cn each autumn for the next year), 2001 to 2026; rows that trade no working day are left out, for they follow from
/// the law. The notice for a year that is not here yet has to be added; without it the statutory days still hold.
enum ChinaDecrees {
    /// Days off in a row, and the weekend days that are worked for those of them that the law does not give.
    struct Break {
        /// First and last day as month · 100 + day, without weekends before and after as far as the notice leaves them out.
        var days: ClosedRange<Int>
        var worked: [Int]

        init(_ days: ClosedRange<Int>, _ worked: Int...) {
            (self.days, self.worked) = (days, worked)
        }
    }

    /// The days off for which a weekend day is worked, each named after that day, in the order of both.
    ///
    /// - Parameter holidays: the days (since 1970) that are off by law.
    static func substituted(_ year: Int, besides holidays: Set<Int>) -> [CountryHolidays.Day] {
        (breaks[year] ?? []).flatMap { row in
            let days = (date(year, row.days.lowerBound)...date(year, row.days.upperBound))
                .filter { !holidays.contains($0) && !CalendarRules.isWeekend($0) }
            return zip(days, row.worked).map { day, worked in
                // In the days around New Year the day worked is in the old year.
                let old = worked > 1_200 && row.days.lowerBound < 200 ? year - 1 : year
                return CountryHolidays.Day(
                    day: day, name: "Day off (substituted from \(padded(worked / 100))/\(padded(worked % 100))/\(old))")
            }
        }
    }

    private static func date(_ year: Int, _ monthAndDay: Int) -> Int {
        CalendarRules.date(year, monthAndDay / 100, monthAndDay % 100)
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Days off that no day is worked for: festivals on a weekend made up for early or late, the parade of 2015, and the
    /// holidays that were prolonged against the epidemic of 2020.
    static let single: [Int: [(date: Int, name: String)]] = [
        2012: [(0622, "Dragon Boat Festival (observed)")],
        2015: [
            (
                0903,
                "70th Anniversary of the Victory of the Chinese People's War of Resistance against Japanese Aggression "
                    + "and the World Anti-Fascist War"
            ),
            (1006, "Mid-Autumn Festival (observed)"),
        ],
        2020: [
            (0130, "Chinese New Year (Spring Festival) (observed)"), (0131, "Chinese New Year Extended Holiday"),
            (0201, "Chinese New Year Extended Holiday"), (0202, "Chinese New Year Extended Holiday"),
            (1006, "Mid-Autumn Festival (observed)"),
        ],
    ]

    static let breaks: [Int: [Break]] = [
        2001: [Break(0124...0130, 0120, 0121), Break(0501...0507, 0428, 0429), Break(1001...1007, 0929, 0930)],
        2002: [
            Break(0101...0103, 1229, 1230), Break(0212...0218, 0209, 0210), Break(0501...0507, 0427, 0428),
            Break(1001...1007, 0928, 0929),
        ],
        2003: [Break(0201...0207, 0208, 0209), Break(0501...0507, 0426, 0427), Break(1001...1007, 0927, 0928)],
        2004: [Break(0122...0128, 0117, 0118), Break(0501...0507, 0508, 0509), Break(1001...1007, 1009, 1010)],
        2005: [Break(0209...0215, 0205, 0206), Break(0501...0507, 0430, 0508), Break(1001...1007, 1008, 1009)],
        2006: [
            Break(0101...0103, 1231), Break(0129...0204, 0128, 0205), Break(0501...0507, 0429, 0430),
            Break(1001...1007, 0930, 1008),
        ],
        2007: [
            Break(0101...0103, 1230, 1231), Break(0218...0224, 0217, 0225), Break(0501...0507, 0428, 0429),
            Break(1001...1007, 0929, 0930), Break(1230...1231, 1229),
        ],
        2008: [Break(0206...0212, 0202, 0203), Break(0501...0503, 0504), Break(0929...1005, 0927, 0928)],
        2009: [
            Break(0101...0103, 0104), Break(0125...0131, 0124, 0201), Break(0528...0530, 0531),
            Break(1001...1008, 0927, 1010),
        ],
        2010: [
            Break(0213...0219, 0220, 0221), Break(0614...0616, 0612, 0613), Break(0922...0924, 0919, 0925),
            Break(1001...1007, 0926, 1009),
        ],
        2011: [Break(0202...0208, 0130, 0212), Break(0403...0405, 0402), Break(1001...1007, 1008, 1009)],
        2012: [
            Break(0101...0103, 1231), Break(0122...0128, 0121, 0129), Break(0402...0404, 0331, 0401),
            Break(0429...0501, 0428), Break(0930...1007, 0929),
        ],
        2013: [
            Break(0101...0103, 0105, 0106), Break(0209...0215, 0216, 0217), Break(0404...0406, 0407),
            Break(0429...0501, 0427, 0428), Break(0610...0612, 0608, 0609), Break(0919...0921, 0922),
            Break(1001...1007, 0929, 1012),
        ],
        2014: [Break(0131...0206, 0126, 0208), Break(0501...0503, 0504), Break(1001...1007, 0928, 1011)],
        2015: [
            Break(0101...0103, 0104), Break(0218...0224, 0215, 0228), Break(0903...0905, 0906),
            Break(1001...1007, 1010),
        ],
        2016: [
            Break(0207...0213, 0206, 0214), Break(0609...0611, 0612), Break(0915...0917, 0918),
            Break(1001...1007, 1008, 1009),
        ],
        2017: [
            Break(0127...0202, 0122, 0204), Break(0402...0404, 0401), Break(0528...0530, 0527),
            Break(1001...1008, 0930),
        ],
        2018: [
            Break(0215...0221, 0211, 0224), Break(0405...0407, 0408), Break(0429...0501, 0428),
            Break(1001...1007, 0929, 0930), Break(1230...1231, 1229),
        ],
        2019: [Break(0204...0210, 0202, 0203), Break(0501...0504, 0428, 0505), Break(1001...1007, 0929, 1012)],
        2020: [
            Break(0124...0130, 0119), Break(0501...0505, 0426, 0509), Break(0625...0627, 0628),
            Break(1001...1008, 0927, 1010),
        ],
        2021: [
            Break(0211...0217, 0207, 0220), Break(0501...0505, 0425, 0508), Break(0919...0921, 0918),
            Break(1001...1007, 0926, 1009),
        ],
        2022: [
            Break(0131...0206, 0129, 0130), Break(0403...0405, 0402), Break(0430...0504, 0424, 0507),
            Break(1001...1007, 1008, 1009),
        ],
        2023: [
            Break(0121...0127, 0128, 0129), Break(0429...0503, 0423, 0506), Break(0622...0624, 0625),
            Break(0929...1006, 1007, 1008),
        ],
        2024: [
            Break(0210...0217, 0204, 0218), Break(0404...0406, 0407), Break(0501...0505, 0428, 0511),
            Break(0915...0917, 0914), Break(1001...1007, 0929, 1012),
        ],
        2025: [Break(0128...0204, 0126, 0208), Break(0501...0505, 0427), Break(1001...1008, 0928, 1011)],
        2026: [
            Break(0101...0103, 0104), Break(0215...0223, 0214, 0228), Break(0501...0505, 0509),
            Break(1001...1007, 0920, 1010),
        ],
    ]
}
