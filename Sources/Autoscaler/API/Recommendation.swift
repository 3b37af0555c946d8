public import Foundation

/// What a model recommends for its target.
public struct Recommendation: Sendable, Hashable, Codable {
    /// When it was computed.
    public var time: Date?
    /// The version of the model it comes from.
    public var version: Int?
    /// The horizon it looks at.
    public var horizon: Horizon?
    /// The containers, in the target's order.
    public var containers: [ContainerRecommendation]

    /// Makes a recommendation.
    public init(
        time: Date? = nil, version: Int? = nil, horizon: Horizon? = nil, containers: [ContainerRecommendation] = []
    ) {
        self.time = time
        self.version = version
        self.horizon = horizon
        self.containers = containers
    }

    /// How each number came to be, a line each that begins with the container's name.
    public var explanations: [String] {
        containers.flatMap { container in
            let explanation = container.explanation
            return [
                explanation?.cpuRequest, explanation?.cpuLimit, explanation?.memoryRequest, explanation?.memoryLimit,
            ].compactMap { $0.map { "\(container.name): \($0)" } }
        }
    }

    /// The containers whose memory was seen to follow its limit; ``ScalingInput/memoryFollowsLimit`` of the next
    /// decision, for once the limit is raised the history does not show it for a while.
    public var memoryFollowers: Set<String> {
        Set(containers.filter { $0.memoryFollowsLimit == true }.map(\.name))
    }
}

/// What is recommended for one container, and why.
public struct ContainerRecommendation: Sendable, Hashable, Codable {
    /// The container's name.
    public var name: String
    /// The requests and limits to set.
    public var target: ResourceRequirements
    /// What the requests and limits would be without `minAllowed`, `maxAllowed` and the rules that hold values up.
    public var uncappedTarget: ResourceRequirements?
    /// The prediction that the percentages are taken of.
    public var prediction: ResourceList?
    /// Half of all horizons are expected to need no more than this.
    public var lowerBound: ResourceList?
    /// Nearly all horizons (95%) are expected to need no more than this.
    public var upperBound: ResourceList?
    /// Whether memory was seen to fill whatever its limit allows, so that it is never lowered.
    public var memoryFollowsLimit: Bool?
    /// How each number came to be.
    public var explanation: Explanation?

    /// One line for each number.
    public struct Explanation: Sendable, Hashable, Codable {
        /// How the CPU request came to be.
        public var cpuRequest: String?
        /// How the CPU limit came to be.
        public var cpuLimit: String?
        /// How the memory request came to be.
        public var memoryRequest: String?
        /// How the memory limit came to be.
        public var memoryLimit: String?

        /// Makes an empty explanation.
        public init() {}
    }

    /// Makes a recommendation.
    public init(name: String, target: ResourceRequirements = .init()) {
        self.name = name
        self.target = target
    }
}
