/// What a column is to Prophet.
enum ProphetColumnKind: String, Sendable {
    case cap = "the cap of logistic growth"
    case floor = "the floor of logistic growth"
    case regressor = "an extra regressor"
    case condition = "the condition of a seasonality"
}

extension ProphetSettings {
    /// The columns that a fit reads, by name; of these only `floor` may be absent.
    var requiredColumns: [(name: String, kind: ProphetColumnKind)] {
        var result: [(String, ProphetColumnKind)] = []
        if growth == .logistic { result += [("cap", .cap), ("floor", .floor)] }
        result += extraRegressors.map { ($0.name, .regressor) }
        let conditions = Set(seasonalities.compactMap(\.conditionName)).sorted()
        return result + conditions.map { ($0, .condition) }
    }
}

extension ProphetSettings {
    /// The columns that a series has to have for a fit with these settings, and those that are used where it has them.
    public var historyColumns: (required: [String], optional: [String]) {
        let all = requiredColumns
        return (all.filter { $0.kind != .floor }.map(\.name), all.filter { $0.kind == .floor }.map(\.name))
    }
}

/// Checks of the columns of a history or a future.
enum ProphetColumns {
    /// - Throws: `invalidColumn`: a value is missing, a condition is not 0 or 1, or a cap is not above its floor.
    static func check(
        _ columns: [String: [Double]], _ required: [(name: String, kind: ProphetColumnKind)], where place: String
    ) throws(ForecastError) {
        for (name, kind) in required {
            guard let column = columns[name] else { continue }
            for (row, value) in column.enumerated() {
                guard abs(value) <= TimeSeries.largestMagnitude else {
                    throw ForecastError(
                        .invalidColumn,
                        "Column '\(name)' of \(place) is \(value) in observed row \(row + 1); give a number.")
                }
                if kind == .condition, value != 0, value != 1 {
                    throw ForecastError(
                        .invalidColumn,
                        "Column '\(name)' of \(place) is \(value) in observed row \(row + 1); a condition is 0 or 1.")
                }
            }
        }
        guard let cap = columns["cap"], required.contains(where: { $0.kind == .cap }) else { return }
        let floor = columns["floor"]
        for row in cap.indices where cap[row] <= (floor?[row] ?? 0) {
            throw ForecastError(
                .invalidColumn,
                "Column 'cap' of \(place) is \(cap[row]) in observed row \(row + 1); it has to be above the floor, "
                    + "\(floor?[row] ?? 0).")
        }
    }
}
