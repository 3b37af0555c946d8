import ForecastEngine
import Foundation

/// What choosing, fitting and forecasting one 5-minute series costs: processor time, so that others' work does not count.
///
/// The series is seeded: a day and a week, noise, spikes and, in every third, a shift of the level.
func timing(points: Int, repetitions: Int) throws {
    var random = RandomGenerator(seed: 1)
    var seconds: [Double] = []
    var members: [Int] = []
    for repetition in 0..<repetitions {
        let values = (0..<points).map { t -> Double in
            let day = 2 * Double.pi * Double(t % 288) / 288
            let weekend = t / 288 % 7 >= 5 ? 0.6 : 1.0
            let spike = random.index(200) == 0 ? 3.0 : 0
            let shift = repetition % 3 == 0 && t > points * 3 / 4 ? 2.0 : 0
            let shape: Double = weekend * (2 * sin(day) + sin(2 * day))
            return 0.1 * (4 + shape + shift + spike + 0.4 * random.normal())
        }
        let series = TimeSeries(id: "web/cpu", times: (0..<points).map { $0 * 300 }, values: values)
        let start = processorSeconds()
        let model = try TrainedModel.fit(series, recipe: Recipe(.auto), horizon: 288)
        let forecast = try model.forecast(steps: 288)
        seconds.append(processorSeconds() - start)
        members.append(model.recipe.choices?.members.count ?? 0)
        guard forecast.yhat.allSatisfy(\.isFinite) else { exit(70) }
    }
    let mean = seconds.reduce(0, +) / Double(seconds.count)
    print(
        "\(points) points, \(repetitions) series: \(Int(1e3 * mean)) ms of processor time on average, "
            + "\(Int(1e3 * (seconds.max() ?? 0))) ms at most; \(members.reduce(0, +) / members.count) members")
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
