import Autoscaler
import ForecastEngine
import Foundation
import Testing

struct PodSharesTests {
    private func models() throws -> [TrainedModel] {
        let times = (0..<(14 * 24)).map { 1_788_000_000 / 86_400 * 86_400 + $0 * 3600 }
        func fit(_ id: String, _ level: Double) throws -> TrainedModel {
            let values = times.map { level * (1 + 0.4 * sin(2 * .pi * Double($0 % 86_400) / 86_400)) }
            return try TrainedModel.fit(
                TimeSeries(id: id, times: times, values: values), recipe: Recipe(.seasonalNaive), horizon: 24)
        }
        return try [fit("app/cpu", 6), fit("app/memory", 1e9), fit("proxy/cpu", 1)]
    }

    private func predict(_ shares: PodShares) throws -> WorkloadPrediction {
        let models = try models()
        return WorkloadPredictor(horizon: .day).predict(models, from: models[0].end, pods: shares)
    }

    @Test func `a pod's CPU is the total over the pods that run, times how busy the busiest was`() throws {
        let total = try predict(PodShares(containers: [:]))
        let share = PodShares.Share(pods: 3, busiestOverMean: 1.25)
        for (replicas, pods) in [(4, 4.0), (1, 1), (nil, 3), (0, 3)] as [(Int?, Double)] {
            let pod = try predict(PodShares(containers: ["app": share], replicas: replicas))
            let (whole, one) = (try #require(total.containers["app"]?.cpu), try #require(pod.containers["app"]?.cpu))
            for number in [\ResourcePrediction.value, \.lower, \.upper] {
                #expect(abs(one[keyPath: number] - whole[keyPath: number] / pods * 1.25) < 1e-9)
            }
            #expect(
                one.samples.count == whole.samples.count && abs(one.samples[0] - whole.samples[0] / pods * 1.25) < 1e-9)
            #expect(
                one.phrase.contains(pods == 1 ? "the only pod" : "one of \(Int(pods)) pods, at 1.25 of the mean pod"))
            // Memory is the busiest pod's already, and so is a container without a share.
            #expect(pod.containers["app"]?.memory == total.containers["app"]?.memory)
            #expect(pod.containers["proxy"] == total.containers["proxy"])
        }
    }

    @Test func `shares travel in an artifact's metadata, and what is none is passed over`() {
        let shares = PodShares(
            containers: ["app": .init(pods: 3, busiestOverMean: 1.27), "a/b": .init(pods: 1, busiestOverMean: 1)],
            replicas: 5)
        #expect(PodShares(metadata: shares.metadata, replicas: 5) == shares)
        let odd = ["pods/a": "3", "pods/b": "0 1", "pods/c": "2 0.5", "pods/d": "nan 1", "trainingJob": "3 1"]
        #expect(PodShares(metadata: odd, replicas: nil).containers.isEmpty)
    }
}
