/// What one pod needs of a container's CPU where the model forecasts the total over all pods.
///
/// Requests apply to a pod. A pod's share is the total divided by the pods that run now, times how much busier the busiest
/// pod was than the mean pod: the 90% quantile of that ratio on the held-out end of the history. It travels in the
/// artifact's metadata, beside the models.
public struct PodShares: Sendable, Hashable {
    /// How a container's CPU was spread over its pods.
    public struct Share: Sendable, Hashable {
        /// How many pods there were at the end of the history.
        public var pods: Double
        /// The busiest pod's CPU over the mean pod's, 1 or more.
        public var busiestOverMean: Double

        /// Makes a share.
        public init(pods: Double, busiestOverMean: Double) {
            self.pods = pods
            self.busiestOverMean = busiestOverMean
        }
    }

    /// The quantile of the ratio that counts.
    public static let quantile = 0.9

    /// By container; one without an entry is forecast for its busiest pod already.
    public var containers: [String: Share]
    /// How many pods run now; nil or 0 where nobody knows, and then those at the end of the history count.
    public var replicas: Int?

    /// Makes shares.
    public init(containers: [String: Share], replicas: Int? = nil) {
        self.containers = containers
        self.replicas = replicas
    }

    /// Reads what ``metadata`` wrote; other entries are passed over.
    public init(metadata: [String: String], replicas: Int?) {
        var containers: [String: Share] = [:]
        for (key, text) in metadata where key.hasPrefix(Self.prefix) {
            let numbers = text.split(separator: " ").compactMap { Double($0) }
            guard numbers.count == 2, numbers.allSatisfy(\.isFinite), numbers[0] > 0, numbers[1] >= 1 else { continue }
            containers[String(key.dropFirst(Self.prefix.count))] = Share(pods: numbers[0], busiestOverMean: numbers[1])
        }
        self.init(containers: containers, replicas: replicas)
    }

    private static let prefix = "pods/"

    /// The shares as entries of an artifact's metadata, `pods/<container>` with the pods and the ratio.
    public var metadata: [String: String] {
        Dictionary(
            uniqueKeysWithValues: containers.map { (Self.prefix + $0, "\($1.pods) \($1.busiestOverMean)") })
    }

    /// The prediction of a container's CPU total as one pod's.
    func onePod(of container: String, _ total: ResourcePrediction) -> ResourcePrediction {
        guard let share = containers[container] else { return total }
        let pods = max(1, replicas.flatMap { $0 > 0 ? Double($0) : nil } ?? share.pods.rounded())
        let factor = share.busiestOverMean / pods
        var pod = total
        pod.value *= factor
        pod.lower *= factor
        pod.upper *= factor
        pod.samples = total.samples.map { $0 * factor }
        let hundredths = Int((share.busiestOverMean * 100).rounded())
        let ratio = "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        let count = Int(pods) == 1 ? "the only pod" : "one of \(Int(pods)) pods"
        pod.phrase = "\(count), at \(ratio) of the mean pod, of \(total.phrase)"
        return pod
    }
}

extension WorkloadPrediction {
    /// The prediction of totals as one pod's; what is of one pod already stays.
    public func onePod(of pods: PodShares) -> WorkloadPrediction {
        var prediction = self
        for (container, total) in containers {
            prediction.containers[container]?.cpu = total.cpu.map { pods.onePod(of: container, $0) }
        }
        return prediction
    }
}
