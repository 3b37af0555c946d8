import Autoscaler
import Foundation

/// A model, a prediction and a Deployment to decide about, with the knobs the tests turn.
struct Scenario {
    var scaling = ScalingSpec()
    var horizon = Horizon.day
    var cpu: Double? = 0.515
    var memory: Double? = 1_073_741_824
    var memoryUsual = 0.0
    var current = ResourceRequirements(
        requests: ResourceList(cpu: Quantity(milli: 2000), memory: Quantity(4 << 30, format: .binary)),
        limits: ResourceList(cpu: Quantity(milli: 4000), memory: Quantity(8 << 30, format: .binary))
    )
    var now = Date(timeIntervalSince1970: 1_790_000_000)
    var lastApplied: Date?
    var history = HistoryState.fresh
    var lowConfidence: String?
    var followers: Set<String> = []
    var leftToOthers: [String: Set<ResourceName>] = [:]
    var policy = ContainerPolicy(name: "app")
    var hasTarget = true

    init(mode: ScalingSpec.Mode = .apply) { scaling.mode = mode }

    var input: ScalingInput {
        var spec = ForecastModelSpec(source: SourceSpec(csv: CSVSource(path: "history.csv")))
        spec.horizon = horizon
        spec.scaling = scaling
        spec.scaling.containers = [policy]
        if hasTarget { spec.targetRef = TargetReference(name: "checkout") }
        var container = ContainerPrediction()
        container.cpu = cpu.map { Self.prediction($0, usual: $0 * 0.8) }
        container.memory = memory.map { Self.prediction($0, usual: memoryUsual) }
        var input = ScalingInput(
            spec: spec, prediction: WorkloadPrediction(containers: ["app": container]),
            containers: [ContainerResources(name: "app", resources: current)], now: now, lastAppliedTime: lastApplied,
            history: history, lowConfidence: lowConfidence, memoryFollowsLimit: followers, version: 3
        )
        input.leftToOthers = leftToOthers
        return input
    }

    var decision: ScalingDecision { .decide(input) }

    static func prediction(_ value: Double, usual: Double) -> ResourcePrediction {
        ResourcePrediction(
            value: value, lower: usual, upper: value * 1.1, samples: [value], isCalibrated: true, pastHorizons: 12,
            phrase: "the 90% upper bound of the highest use in the next day (ETS, checked on 12 past days)"
        )
    }
}

extension ScalingDecision {
    /// The one container's wanted resources.
    var wanted: ResourceRequirements { desired.first?.resources ?? ResourceRequirements() }
    var explanation: ContainerRecommendation.Explanation? { recommendation?.containers.first?.explanation }
}

func quantity(_ text: String) throws -> Quantity { try Quantity(text) }
