import Foundation

/// The form of a profile: which seasons it looks back on and how it meets the present level.
struct ProfileShape: Hashable, Sendable {
    /// The season's length in steps; 1 is no season.
    var season: Int
    /// How many past seasons the median is taken over.
    var cycles: Int
    /// Over how many of the last steps the present level is compared with the profile's; 0 takes the profile as it is.
    var window: Int = 0
    /// After how many steps the difference has faded to 1/e; 0 keeps it for ever.
    var fade: Int = 0
    /// Whether the level is met by a factor rather than a sum.
    var scales = false
    /// Over how many places to either side the profile is averaged, around the season; 0 takes each place by itself.
    var blur: Int = 0
    /// Which days look back on days of their own kind only; the season is a day then.
    var days = DayKinds.none

    /// How much of the difference is left at a lead.
    func remaining(lead: Int) -> Double { fade == 0 ? 1 : exp(-Double(lead) / Double(fade)) }
}

extension ProfileShape {
    var choices: Choices {
        var numbers = [
            "season": [Double(season)], "cycles": [Double(cycles)], "window": [Double(window)],
            "fade": [Double(fade)],
            "scales": [scales ? 1 : 0],
        ]
        // Left out where they are 0, as they are in artifacts from before they existed.
        if blur > 0 { numbers["blur"] = [Double(blur)] }
        if days != .none { numbers["days"] = [Double(days.rawValue)] }
        return Choices(numbers: numbers)
    }

    /// Reads a shape from choices; nil where they are not a profile's.
    init?(_ choices: Choices) {
        func number(_ name: String) -> Int? {
            choices.numbers[name]?.first.flatMap { Int(exactly: $0) }
        }
        guard let season = number("season"), let cycles = number("cycles"), season >= 1, cycles >= 1,
            let days = DayKinds(rawValue: number("days") ?? 0)
        else { return nil }
        self.init(
            season: season, cycles: cycles, window: max(0, number("window") ?? 0),
            fade: max(0, number("fade") ?? 0),
            scales: number("scales") == 1,
            blur: max(0, number("blur") ?? 0),
            days: days
        )
    }
}
