public import ForecastEngine

extension ComponentPanel {
    /// Creates the panel of a model's component: what runs over time over time, a season and a month over its own period.
    ///
    /// - Parameters:
    ///   - curve: from `TrainedModel.componentCurves`.
    ///   - unit: what additive components measure; multiplicative ones are in percent of the trend.
    ///   - end: the last time of the training data, seconds since 1970 UTC.
    public init(curve: ComponentCurve, unit: ChartUnit, end: Int) {
        let isShare = curve.mode == .multiplicative
        var notes = isShare ? [curve.kind == .month ? "of the usual" : "of the trend"] : []
        self.init(title: curve.name, axis: .time, unit: isShare ? .percent : unit, x: [], y: [])
        if case .season(let seconds) = curve.kind {
            let place = SeasonPlace(times: curve.times, seconds: seconds)
            axis = place.axis
            (x, y) = place.closed(curve.values)
            if let note = place.note { notes.append(note) }
        } else if curve.kind == .month {
            axis = .number
            x = curve.times.map { Double(CivilDate(seconds: $0).day) }
            y = curve.values
            notes.append("the last days of shorter months are drawn as those of 31")
        } else {
            // Effects of days and columns are known where there were rows; a trend is known in between.
            let points =
                curve.kind == .trend
                ? zip(curve.times, curve.values).map { ($0, $1) } : TimeGaps.broken(curve.times, curve.values)
            x = points.map { Double($0.0) }
            y = points.map(\.1)
            forecastStart = Double(end)
        }
        if let condition = curve.condition { notes.append("where \(condition) is 1") }
        subtitle = notes.isEmpty ? nil : notes.joined(separator: ", ")
    }
}

/// Where the times of one period lie in it.
private struct SeasonPlace {
    private static let day = 86_400

    /// What the abscissae are.
    let axis: ComponentPanel.Axis
    /// What the axis leaves unsaid.
    let note: String?
    private let x: [Double]
    /// The length of the period in the units of the axis.
    private let length: Double
    /// Whether the last time is the first one a period later.
    private let comesRound: Bool

    init(times: [Int], seconds: Double) {
        let day = Double(Self.day)
        let first = times.first ?? 0
        comesRound = times.count > 1 && Double((times.last ?? 0) - first) >= seconds - 1
        if abs(seconds - day) < 1 {
            (axis, note, length) = (.hourOfDay, "hours in UTC", 24)
            x = times.map { Self.modulo($0, Self.day) / 3600 }
        } else if abs(seconds - 7 * day) < 1 {
            (axis, note, length) = (.dayOfWeek, nil, 7)
            // 5 January 1970 was a Monday.
            x = times.map { Self.modulo($0 - 4 * Self.day, 7 * Self.day) / day }
        } else if abs(seconds / day - 365.25) < 1 {
            (axis, note, length) = (.dayOfYear, nil, 365)
            x = times.map { time in
                let newYear = CivilDate(year: CivilDate(seconds: time).year, month: 1, day: 1).daysSince1970
                return Double(time - newYear * Self.day) / day
            }
        } else {
            let unit = seconds < 2 * day ? 3600 : day
            (axis, note, length) = (.number, unit == day ? "in days" : "in hours", seconds / unit)
            x = times.map { Double($0 - first) / unit }
        }
    }

    /// The points by abscissa; the period ends with the value that it began with.
    func closed(_ values: [Double]) -> (x: [Double], y: [Double]) {
        var points = zip(x, values).map { (x: $0, y: $1) }
        if comesRound { points.removeLast() }
        points.sort { $0.x < $1.x }
        if let first = points.first, first.x == 0 { points.append((length, first.y)) }
        return (points.map(\.x), points.map(\.y))
    }

    private static func modulo(_ time: Int, _ period: Int) -> Double {
        Double(((time % period) + period) % period)
    }
}
