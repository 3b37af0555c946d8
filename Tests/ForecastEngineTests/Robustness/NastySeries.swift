import ForecastEngine

/// Random series of the kinds that break forecasters: short, constant, gapped, doubled, far away in time or size.
enum NastySeries {
    /// Lengths that most algorithms find short, and some long enough.
    static let usualCounts = [1, 2, 3, 4, 5, 7, 8, 13, 24, 30, 60, 120]

    static func make(_ random: inout RandomGenerator, counts: [Int] = usualCounts) -> TimeSeries {
        var times = times(&random, counts)
        if times.isEmpty { times = [1_600_000_000] }
        return TimeSeries(id: "nasty", times: times, values: values(times.count, &random))
    }

    private static func times(_ random: inout RandomGenerator, _ counts: [Int]) -> [Int] {
        let count = counts[random.index(counts.count)]
        var start = 1_600_000_000
        // The first second of all, the year 9999, the year −3000, the last second of 1999, a leap day.
        if random.index(4) == 0 {
            start = [0, 253_370_764_800, -156_839_068_800, 946_684_799, 951_782_400][random.index(5)]
        }
        var times: [Int]
        if random.index(6) == 0 {
            // Months, quarters and years, also from the last day of a month.
            let first = [1_580_428_800, 1_577_836_800, 951_782_400][random.index(3)]
            times = [first] + TimeStep.months([1, 3, 12][random.index(3)]).times(after: first, count: count - 1)
        } else {
            let step = [1, 60, 300, 3_600, 86_400, 7 * 86_400, 2_629_800][random.index(7)]
            times = (0..<count).map { start + $0 * step }
            if random.index(5) == 0 { for i in times.indices { times[i] += random.index(max(1, step / 2)) } }
        }
        switch random.index(8) {
        case 0: for i in times.indices where random.index(4) == 0 { times[i] = times[random.index(count)] }
        case 1: times = times.filter { _ in random.index(3) > 0 }
        case 2: times.shuffle(using: &random)
        // One gap in the middle, far longer than the history.
        case 3: for i in times.indices where i > count / 2 { times[i] += 90 * 86_400 * (1 + random.index(40)) }
        // One time that is a thousand years off.
        case 4 where random.index(4) == 0: times[random.index(count)] += 31_557_600_000
        default: break
        }
        return times
    }

    private static func values(_ count: Int, _ random: inout RandomGenerator) -> [Double] {
        let scale = [1e-300, .leastNonzeroMagnitude, 1e-12, 1, 1, 1, -1, 1e9, 1e30, 1e149][random.index(10)]
        let kind = random.index(14)
        let bad = [Double.infinity, -.infinity, 1e200, 1.7e308][random.index(4)]
        return (0..<count).map { (i: Int) -> Double in
            switch kind {
            case 0: return 0
            case 1: return scale
            case 2: return scale * random.normal()
            case 3: return random.index(10) == 0 ? scale : 0
            case 4: return random.index(2) == 0 ? .nan : scale * random.uniform()
            case 5: return scale * Double(i)
            case 6: return i < count / 2 ? scale : scale * 1e-6
            case 7: return scale * (Double(i % 7) + 0.01 * random.normal())
            case 8: return i == count - 1 ? scale : .nan
            // Long flat, then a jump.
            case 9: return i < count - 2 ? 3 : 3 + scale * 1e6
            case 10: return i == count / 2 ? bad : scale * random.uniform()
            case 11: return scale * (i % 2 == 0 ? 1 : -1)
            case 12: return 1 + 1e-15 * Double(i % 3)
            default: return [0, scale, .nan, -scale, 1e-200, 1][random.index(6)]
            }
        }
    }
}
