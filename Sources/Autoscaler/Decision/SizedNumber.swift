/// A request or a limit on its way from the prediction to what is written, with the story of how it came to be.
struct SizedNumber {
    /// What is written.
    private(set) var value: Quantity
    /// What it would be without caps, floors and rules.
    let uncapped: Quantity
    private let title: String
    private let origin: String
    private var steps: [String] = []

    init(title: String, percent: Int, of base: Quantity, resource: ResourceName, phrase: String) {
        uncapped = base.percent(percent, of: resource)
        value = uncapped
        self.title = title
        origin = "\(percent)% of \(base), \(phrase)"
    }

    /// Lifts the value to `least`, and remembers why, where it is below.
    mutating func raise(to least: Quantity, because why: String) {
        guard value < least else { return }
        value = least
        steps.append("\(why) \(least)")
    }

    /// Lowers the value to `most`, and remembers why, where it is above.
    mutating func cap(at most: Quantity, because why: String) {
        guard value > most else { return }
        value = most
        steps.append("\(why) \(most)")
    }

    /// One line: `CPU request 412m = 80% of 515m, the 90% upper bound of the highest use in the next day (…)`.
    var explanation: String {
        if steps.isEmpty { return "\(title) \(value) = \(origin)" }
        return "\(title) \(value): \(uncapped) = \(origin); \(steps.joined(separator: "; "))"
    }
}
