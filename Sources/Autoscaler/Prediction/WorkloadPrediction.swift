/// What a workload is expected to need over a horizon, container by container.
public struct WorkloadPrediction: Sendable, Hashable {
    /// The containers that have a prediction for at least one resource, by name.
    public var containers: [String: ContainerPrediction]
    /// Series that gave no prediction, and why.
    public var problems: [Problem]

    /// A series that gave no prediction.
    public struct Problem: Sendable, Hashable {
        /// The series' id.
        public var series: String
        /// Why, as a sentence.
        public var message: String

        /// Makes a problem.
        public init(series: String, message: String) {
            self.series = series
            self.message = message
        }
    }

    /// Makes a prediction.
    public init(containers: [String: ContainerPrediction] = [:], problems: [Problem] = []) {
        self.containers = containers
        self.problems = problems
    }
}

/// What one container is expected to need.
public struct ContainerPrediction: Sendable, Hashable {
    /// In cores.
    public var cpu: ResourcePrediction?
    /// In bytes.
    public var memory: ResourcePrediction?

    /// Makes a prediction.
    public init(cpu: ResourcePrediction? = nil, memory: ResourcePrediction? = nil) {
        self.cpu = cpu
        self.memory = memory
    }

    /// The prediction of one resource.
    public subscript(resource: ResourceName) -> ResourcePrediction? {
        get { resource == .cpu ? cpu : memory }
        set { if resource == .cpu { cpu = newValue } else { memory = newValue } }
    }
}

/// What is expected of one resource, and how far that can be trusted.
public struct ResourcePrediction: Sendable, Hashable {
    /// The number that requests and limits are a percentage of: cores or bytes, finite, not negative.
    public var value: Double
    /// Half of all horizons are expected to need no more than this.
    public var lower: Double
    /// 95% of all horizons are expected to need no more than this.
    public var upper: Double
    /// The statistic of each sample of the horizon: one, or four for a month.
    public var samples: [Double]
    /// Whether past horizons confirm the quantile.
    public var isCalibrated: Bool
    /// How many past horizons were compared.
    public var pastHorizons: Int
    /// What the value is, for an explanation: “the 90% upper bound of the highest use in the next day (ETS, …)”.
    public var phrase: String

    /// Makes a prediction.
    public init(
        value: Double, lower: Double, upper: Double, samples: [Double], isCalibrated: Bool, pastHorizons: Int,
        phrase: String
    ) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.samples = samples
        self.isCalibrated = isCalibrated
        self.pastHorizons = pastHorizons
        self.phrase = phrase
    }
}
