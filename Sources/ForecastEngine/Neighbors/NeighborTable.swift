/// What forecasts from neighbors are read from, for every cut of a series.
///
/// Levels look back only and blocks are used only where they end at or before the cut, so that one table serves every
/// origin of a backtest.
struct NeighborTable: Sendable {
    let season: Int
    /// How many steps one forecast value covers.
    let block: Int
    /// Moments that are compared lie this far apart: a 24th of a season.
    let stride: Int
    /// By window: the level before each step, one more than there are steps; NaN before the first observation.
    private let levels: [Int: [Double]]
    /// The median of the observed values among the `block` steps from each on; NaN where none was observed.
    private let blocks: [Double]

    /// At most so many past moments are looked at, the latest ones.
    static let mostMoments = 1_000
    /// Fewer past moments than this say nothing of a share of them.
    static let leastMoments = 20
    /// At least so many neighbors are taken.
    static let leastNeighbors = 10

    init(_ grid: RegularGrid, season: Int, windows: [Int]) {
        self.season = season
        let block = NeighborShape.block(season: season)
        self.block = block
        stride = max(1, season / 24)
        var levels: [Int: [Double]] = [:]
        for window in Set(windows) {
            var row = [Double.nan]
            row.reserveCapacity(grid.count + 1)
            for (t, median) in RollingMedian.trailing(grid, window: window).enumerated() {
                // Where nothing was observed in a whole window the last observation still stands.
                row.append(grid.observed[t] || !median.isNaN ? median : row[t])
            }
            levels[window] = row
        }
        self.levels = levels
        let ends = RollingMedian.trailing(grid, window: block)
        blocks = ends.indices.map { $0 + block <= ends.count ? ends[$0 + block - 1] : .nan }
    }

    /// The past moments by the nearness of their level to that at a cut.
    struct Moments {
        /// The moments by ascending level.
        var steps: [Int]
        /// Where those with exactly the present level lie among `steps`.
        var equal: Range<Int>

        /// The `count` moments whose rank by level is nearest to that of the present level; of equal ones the latest.
        func nearest(_ count: Int) -> ArraySlice<Int> {
            let count = min(count, steps.count)
            guard equal.count < count else { return steps[equal.lowerBound..<(equal.lowerBound + count)] }
            let before = min(equal.lowerBound, max((count - equal.count) / 2, count - (steps.count - equal.lowerBound)))
            let start = equal.lowerBound - before
            return steps[start..<(start + count)]
        }
    }

    /// The moments before `cut` that are at least `reach` steps past.
    func moments(cut: Int, window: Int, keepsPlace: Bool, reach: Int) -> Moments {
        guard let level = levels[window] else { return Moments(steps: [], equal: 0..<0) }
        var steps: [Int] = []
        var step = cut - reach
        while step >= max(1, window), steps.count < Self.mostMoments {
            let apart = (cut - step) % season
            let isPlace = !keepsPlace || min(apart, season - apart) <= season / 8
            if isPlace, !level[step].isNaN { steps.append(step) }
            step -= stride
        }
        steps.sort { (level[$0], $1) < (level[$1], $0) }
        let now = level[cut]
        return Moments(
            steps: steps, equal: Self.bound(steps, level) { $0 < now }..<Self.bound(steps, level) { $0 <= now })
    }

    /// How many of the sorted steps have a level that `isBefore` holds for.
    private static func bound(_ steps: [Int], _ level: [Double], _ isBefore: (Double) -> Bool) -> Int {
        var low = 0
        var high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(level[steps[middle]]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The median of what followed the neighbors of the present, one value a block; the level itself where nothing is known.
    func path(_ shape: NeighborShape, cut: Int, among moments: Moments) -> [Double] {
        let level = levels[shape.window] ?? []
        let now = level.isEmpty || level[cut].isNaN ? 0 : level[cut]
        let share = Double(shape.percent) / 100 * Double(moments.steps.count)
        let chosen = moments.nearest(max(Self.leastNeighbors, Int(share)))
        var result: [Double] = []
        var buffer: [Double] = []
        buffer.reserveCapacity(chosen.count)
        for lead in Swift.stride(from: 0, to: shape.reach, by: block) {
            buffer.removeAll(keepingCapacity: true)
            for step in chosen {
                let value = blocks[step + lead]
                if !value.isNaN { buffer.append(shape.moves ? value - level[step] + now : value) }
            }
            result.append(buffer.isEmpty ? now : Statistics.median(selectingIn: &buffer))
        }
        return result
    }
}
