/// The horizontal axis of a component: its domain and ticks.
struct ComponentAxis: Hashable {
    var lower: Double
    var upper: Double
    var ticks: [AxisTick]

    /// Chooses an axis for abscissae between two others that fits about `count` labels.
    init(_ axis: ComponentPanel.Axis, lowest: Double, highest: Double, count: Double) {
        let isEmpty = highest <= lowest
        lower = isEmpty ? lowest - 1 : lowest
        upper = isEmpty ? highest + 1 : highest
        switch axis {
        case .time:
            let last = Double(Chartable.lastSecond)
            let from = Int(min(max(lower, -last), last))
            let through = Int(min(max(upper, -last), last))
            ticks = TimeAxis(from: from, through: through, count: count).ticks
        case .hourOfDay:
            (lower, upper) = (min(lower, 0), max(upper, 24))
            let step = count >= 8 ? 3.0 : 6
            ticks = ValueAxis.multiples(of: step, from: 0, through: 24).map {
                AxisTick(position: $0, label: ($0 < 10 ? "0" : "") + "\(Int($0)):00")
            }
        case .dayOfWeek:
            (lower, upper) = (min(lower, 0), max(upper, 7))
            ticks = (0...7).map { AxisTick(position: Double($0), label: CivilDate.weekdays[$0 % 7]) }
        case .dayOfYear:
            (lower, upper) = (min(lower, 0), max(upper, 365))
            let start = CivilDate(year: 2001, month: 1, day: 1).daysSince1970
            ticks = (1...12).filter { count >= 10 || $0 % 2 == 1 }.map { month in
                let day = CivilDate(year: 2001, month: month, day: 1).daysSince1970 - start
                return AxisTick(position: Double(day), label: CivilDate.months[month - 1])
            }
        case .number:
            let step = ValueAxis.step(atLeast: (upper - lower) / max(count, 1), unit: .number)
            let writer = ValueText(unit: .number, largest: max(lower.magnitude, upper.magnitude), step: step)
            ticks = ValueAxis.multiples(of: step, from: lower, through: upper).map {
                AxisTick(position: $0, label: writer.tick($0))
            }
        }
    }
}
