/// A line reduced to what its pixels can show.
///
/// Of all points that fall into one pixel column only the first, the lowest, the highest and the last are kept, in
/// their order: the drawn line covers the same pixels as the whole (the M4 aggregation of Jugel et al., VLDB 2014).
struct PixelLine {
    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    /// The unbroken runs; a run of one point is drawn as a dot.
    private(set) var runs: [[Point]] = []

    /// Reduces points in order of x; a `nil` ordinate breaks the line, unless the gap is narrower than a pixel.
    init(_ points: some Sequence<(x: Double, y: Double?)>) {
        var run: [Point] = []
        var column: [Point] = []
        var isBroken = false

        func keepColumn() {
            guard let first = column.first, let last = column.last else { return }
            let low = column.indices.max { column[$0].y < column[$1].y } ?? 0
            let high = column.indices.min { column[$0].y < column[$1].y } ?? 0
            run.append(first)
            for index in [min(low, high), max(low, high)] where index != 0 && index != column.count - 1 {
                if run.last != column[index] { run.append(column[index]) }
            }
            if column.count > 1, run.last != last { run.append(last) }
            column = []
        }

        for (x, y) in points {
            guard let y else {
                isBroken = true
                continue
            }
            if let previous = column.last, x.rounded(.down) != previous.x.rounded(.down) {
                keepColumn()
                if isBroken {
                    runs.append(run)
                    run = []
                }
            }
            isBroken = false
            column.append(Point(x: x, y: y))
        }
        keepColumn()
        if !run.isEmpty { runs.append(run) }
    }

    /// The line as SVG path data; a dot is a line of no length, which round caps make visible.
    var path: String {
        var result = ""
        for run in runs {
            for (index, point) in run.enumerated() {
                result += "\(index == 0 ? "M" : "L")\(SVGWriter.number(point.x)) \(SVGWriter.number(point.y))"
            }
            if run.count == 1, let point = run.first {
                result += "L\(SVGWriter.number(point.x)) \(SVGWriter.number(point.y))"
            }
        }
        return result
    }

    /// How many pixel columns of a rectangle the line crosses.
    func crossings(_ frame: Rectangle) -> Int {
        var count = 0
        for run in runs {
            for (from, to) in zip(run, run.dropFirst()) where to.x >= frame.x && from.x <= frame.right {
                let high = min(from.y, to.y)
                let low = max(from.y, to.y)
                if low >= frame.y && high <= frame.bottom {
                    count += max(1, Int(min(to.x, frame.right) - max(from.x, frame.x)))
                }
            }
        }
        return count
    }
}
