extension AutoModel {
    /// What the day of the month adds; the mean of what many members forecast cannot be taken apart otherwise.
    func curves(_ rows: ComponentRows) -> [ComponentCurve] {
        guard let monthEffect else { return [] }
        // Every place is a day of January.
        let january = CalendarDate(year: 1970, month: 1, day: 1).time
        let times = (0..<MonthEffect.places).map { january + 86_400 * $0 }
        let usual = monthEffect.scales ? 1.0 : 0
        return [
            ComponentCurve(
                name: "day of the month", kind: .month, mode: monthEffect.scales ? .multiplicative : .additive,
                times: times, values: times.map { monthEffect(usual, at: $0) - usual })
        ]
    }
}
