/// The horizontal axis of moments in UTC: ticks on the hours, days, months or years that the span calls for.
struct TimeAxis: Hashable {
    var ticks: [AxisTick]
    /// Whether the ticks are finer than a day, so that the time zone matters to the reader.
    var showsHours: Bool

    /// Chooses at most about `count` ticks between two moments, both in seconds since 1970.
    init(from lower: Int, through upper: Int, count: Double) {
        let span = Double(max(upper - lower, 1))
        let interval =
            TickInterval.choices.first { span / $0.seconds <= max(count, 2) } ?? .years(Self.years(span, count))
        showsHours = if case .seconds = interval { true } else { false }
        var context: String?
        ticks = interval.moments(from: lower, through: upper).map { moment in
            let (label, newContext) = interval.label(moment)
            defer { context = newContext }
            return AxisTick(position: Double(moment), label: label, context: newContext == context ? nil : newContext)
        }
    }

    private static func years(_ span: Double, _ count: Double) -> Int {
        Int(ValueAxis.step(atLeast: max(span / (365.25 * 86_400) / max(count, 2), 1), unit: .number))
    }
}
