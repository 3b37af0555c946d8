import ForecastEngine

/// Random series of the kinds that break forecasters.
enum NastySeries {
    static func make(_ random: inout RandomGenerator) -> TimeSeries {
        let count = [1, 2, 3, 4, 5, 7, 8, 13, 24, 30, 60, 120][random.index(12)]
        let step = [1, 60, 300, 3_600, 86_400, 7 * 86_400, 2_629_800][random.index(7)]
        var times = (0..<count).map { 1_600_000_000 + $0 * step }
        switch random.index(6) {
        case 0: for i in times.indices { times[i] += random.index(max(1, step / 2)) }
        case 1: for i in times.indices where random.index(4) == 0 { times[i] = times[random.index(count)] }
        case 2: times = times.filter { _ in random.index(3) > 0 }
        case 3: times.shuffle(using: &random)
        default: break
        }
        if times.isEmpty { times = [1_600_000_000] }
        let scale = [1e-300, 1e-12, 1, 1, 1, 1e9, 1e30, 1e149][random.index(8)]
        let kind = random.index(9)
        let values = times.indices.map { (i: Int) -> Double in
            switch kind {
            case 0: return 0
            case 1: return scale
            case 2: return scale * random.normal()
            case 3: return random.index(10) == 0 ? scale : 0
            case 4: return random.index(2) == 0 ? .nan : scale * random.uniform()
            case 5: return scale * Double(i)
            case 6: return i < times.count / 2 ? scale : scale * 1e-6
            case 7: return scale * (Double(i % 7) + 0.01 * random.normal())
            default: return i == times.count - 1 ? scale : .nan
            }
        }
        return TimeSeries(id: "nasty", times: times, values: values)
    }
}
