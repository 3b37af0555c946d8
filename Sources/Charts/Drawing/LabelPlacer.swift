/// Finds places for labels inside a plot, off each other and off the lines as far as it can.
struct LabelPlacer {
    private let lines: [PixelLine]
    private var taken: [Rectangle] = []

    init(avoiding lines: [PixelLine]) {
        self.lines = lines
    }

    /// Keeps later labels off a rectangle.
    mutating func reserve(_ frame: Rectangle) {
        taken.append(frame)
    }

    /// The best of the candidates, the earlier where two are as good, which is then taken.
    mutating func place(_ candidates: [Rectangle]) -> Rectangle? {
        var best: (frame: Rectangle, cost: Double)?
        for (rank, frame) in candidates.enumerated() {
            let overTaken = taken.reduce(0) { $0 + $1.overlap(frame) }
            let overLines = lines.reduce(0) { $0 + $1.crossings(frame) }
            let cost = overTaken * 10 + Double(overLines) + Double(rank) * 0.1
            if cost < best?.cost ?? .infinity { best = (frame, cost) }
        }
        if let best { taken.append(best.frame) }
        return best?.frame
    }

    /// Pushes label centres apart to `distance`, keeping their order, inside a span; the span gives way last.
    static func spread(_ centres: [Double], distance: Double, from top: Double, through bottom: Double) -> [Double] {
        let order = centres.indices.sorted { (centres[$0], $0) < (centres[$1], $1) }
        var result = centres
        var floor = top
        for index in order {
            result[index] = max(result[index], floor)
            floor = result[index] + distance
        }
        var ceiling = bottom
        for index in order.reversed() {
            result[index] = min(result[index], ceiling)
            ceiling = result[index] - distance
        }
        return result
    }
}
