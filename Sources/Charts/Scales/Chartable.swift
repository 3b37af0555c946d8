/// The values and times that a picture can hold: everything else is left out or stops at these bounds.
enum Chartable {
    /// So large that no measurement reaches it, so small that sums and spans of such values stay finite.
    static let largest = 1e150
    /// The last second of the year 9999; the same distance bounds the past.
    static let lastSecond = 253_402_300_799

    /// The value, within the bounds; `nil` when it is not finite.
    static func value(_ value: Double) -> Double? {
        value.isFinite ? min(max(value, -largest), largest) : nil
    }

    /// Whether a time can be placed on an axis.
    static func holds(time: Int) -> Bool {
        (-lastSecond...lastSecond).contains(time)
    }
}
