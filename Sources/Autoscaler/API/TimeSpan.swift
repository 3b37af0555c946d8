/// A length of time as people write it in manifests: `30s`, `5m`, `1h30m`, `14d`, `2w`.
public struct TimeSpan: Sendable, Hashable, Comparable {
    /// The length in seconds, never negative.
    public let seconds: Int

    /// Makes a length of so many seconds; below zero counts as zero.
    public init(seconds: Int) {
        self.seconds = max(0, seconds)
    }

    /// Makes a length of so many days of 86,400 s.
    public static func days(_ count: Int) -> TimeSpan { TimeSpan(seconds: count * 86_400) }

    /// Makes a length of so many hours.
    public static func hours(_ count: Int) -> TimeSpan { TimeSpan(seconds: count * 3600) }

    /// Makes a length of so many minutes.
    public static func minutes(_ count: Int) -> TimeSpan { TimeSpan(seconds: count * 60) }

    /// Compares lengths.
    public static func < (lhs: TimeSpan, rhs: TimeSpan) -> Bool { lhs.seconds < rhs.seconds }

    /// What the CRD schema accepts.
    public static let pattern = "^([0-9]{1,9}(s|m|h|d|w))+$"

    /// Reads whole numbers with the units s, m, h, d (24 h) and w (7 d), such as `1h30m`.
    ///
    /// - Throws: ``SpecError`` with code `invalidTimeSpan`.
    public init(_ text: String) throws(SpecError) {
        var total = 0
        var number = ""
        var valid = !text.isEmpty
        for character in text {
            if ("0"..."9").contains(character), number.count < 9 {
                number.append(character)
            } else if let unit = Self.units.first(where: { $0.symbol == character }), let count = Int(number) {
                // Nine digits of weeks stay far below 2⁶³; the sum is checked because a text may repeat them.
                let (sum, overflow) = total.addingReportingOverflow(count * unit.seconds)
                valid = valid && !overflow
                total = overflow ? total : sum
                number = ""
            } else {
                valid = false
                break
            }
        }
        guard valid, number.isEmpty else {
            throw SpecError(
                .invalidTimeSpan,
                "“\(text)” is not a length of time: write whole numbers with s, m, h, d or w, such as 5m, 1h30m or 14d"
            )
        }
        seconds = total
    }

    /// Units from the largest to the smallest.
    private static let units: [(symbol: Character, seconds: Int)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
    ]
}

extension TimeSpan: CustomStringConvertible {
    /// The shortest exact spelling in days, hours, minutes and seconds, such as `14d` or `1h30m`.
    public var description: String {
        var rest = seconds
        var text = ""
        // Weeks are read but not written: `14d` is easier to compare with `1d` than `2w`.
        for unit in Self.units.dropFirst() where rest >= unit.seconds {
            text += "\(rest / unit.seconds)\(unit.symbol)"
            rest %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}

extension TimeSpan: Codable {
    /// Reads the spelled form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as SpecError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Writes the spelled form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
