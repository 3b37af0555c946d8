/// One series as rows delivered it: times and, for each value column, as many values (NaN is missing).
struct RawSeries {
    var times: [Int] = []
    var values: [[Double]]

    init(columns: Int) {
        values = Array(repeating: [], count: columns)
    }

    var isAscending: Bool {
        times.withUnsafeBufferPointer { times in
            for i in times.indices.dropFirst() where times[i] <= times[i - 1] { return false }
            return true
        }
    }

    /// A copy of exactly the needed size; its times are those of `neighbour` where they are equal, so that a fleet
    /// on one grid holds the grid once.
    func compacted(sharing neighbour: [Int]) -> RawSeries {
        var copy = RawSeries(columns: values.count)
        copy.times = times == neighbour ? neighbour : times.withUnsafeBufferPointer { Array($0) }
        for (column, source) in values.enumerated() {
            copy.values[column] = source.withUnsafeBufferPointer { Array($0) }
        }
        return copy
    }

    mutating func removeAll() {
        times.removeAll(keepingCapacity: true)
        for column in values.indices { values[column].removeAll(keepingCapacity: true) }
    }

    /// Puts the rows in order of time; rows of the same time stay in the order of the file.
    mutating func sort() {
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        times = order.map { times[$0] }
        for column in values.indices { values[column] = order.map { [source = values[column]] in source[$0] } }
    }

    /// Merges rows of the same time, which must be neighbours; gives how many went and the time of the first.
    mutating func mergeDuplicates(_ policy: CSVOptions.Duplicates) -> (count: Int, first: Int?) {
        var merged = RawSeries(columns: values.count)
        var first: Int?
        var row = 0
        while row < times.count {
            var next = row + 1
            while next < times.count, times[next] == times[row] { next += 1 }
            if next > row + 1, first == nil { first = times[row] }
            merged.times.append(times[row])
            for column in values.indices {
                merged.values[column].append(Self.merge(values[column][row..<next], policy))
            }
            row = next
        }
        let count = times.count - merged.times.count
        if count > 0, policy != .keep, policy != .refuse { self = merged }
        return (count, first)
    }

    private static func merge(_ values: ArraySlice<Double>, _ policy: CSVOptions.Duplicates) -> Double {
        let observed = values.filter { !$0.isNaN }
        switch policy {
        case .last, .keep, .refuse: return values.last ?? .nan
        case .mean:
            if observed.isEmpty { return .nan }
            let sum = observed.reduce(0, +)
            let count = Double(observed.count)
            // The sum of finite values may be none.
            return sum.isFinite ? sum / count : observed.reduce(0) { $0 + $1 / count }
        case .maximum: return observed.max() ?? .nan
        }
    }

    /// The usual distance between rows in seconds (the median of up to a thousand), nil with fewer than two rows.
    var usualStep: Int? {
        guard times.count > 1 else { return nil }
        let stride = max(1, (times.count - 1) / 1000)
        var distances: [Int] = []
        for row in Swift.stride(from: 1, to: times.count, by: stride) { distances.append(times[row] - times[row - 1]) }
        // What more than half of them are is the median (Boyer & Moore's vote), and sorting is what costs here.
        var candidate = distances[0]
        var votes = 0
        for distance in distances {
            if votes == 0 { candidate = distance }
            votes += distance == candidate ? 1 : -1
        }
        if 2 * distances.count(where: { $0 == candidate }) > distances.count { return candidate }
        return distances.sorted()[distances.count / 2]
    }

    /// How many rows are missing between the first and the last; 0 for monthly and longer steps.
    var gapSteps: (count: Int, first: Int?) {
        guard let step = usualStep, step > 0, step <= 7 * 86_400 else { return (0, nil) }
        var count = 0
        var first: Int?
        for row in times.indices.dropFirst() where times[row] - times[row - 1] > step + step / 2 {
            count += (times[row] - times[row - 1] + step / 2) / step - 1
            if first == nil { first = times[row - 1] }
        }
        return (count, first)
    }
}
