/// The numbers of one container, resource by resource.
struct ContainerSizing {
    let name: String
    private let current: ContainerResources
    private let policy: ContainerPolicy
    private let sized: [ResourceName: ResourceSizing]

    init(_ container: ContainerResources, input: ScalingInput) {
        name = container.name
        current = container
        policy = input.spec.scaling.policy(for: container.name)
        var sized: [ResourceName: ResourceSizing] = [:]
        if policy.mode == .auto {
            for resource in policy.controlledResources {
                guard let prediction = input.prediction.containers[container.name]?[resource] else { continue }
                sized[resource] = ResourceSizing(
                    resource: resource, prediction: prediction, policy: policy, current: container.resources,
                    input: input
                )
            }
        }
        self.sized = sized
    }

    /// Whether memory was kept up because it follows its limit.
    var holdsMemory: Bool { sized[.memory]?.isHeldByLimit ?? false }

    /// Whether a number was kept up because a part of the history is missing.
    func isHeldByHistory(besides others: Set<ResourceName>) -> Bool {
        sized.contains { $0.value.isHeldByHistory && !others.contains($0.key) }
    }

    /// The requests and limits to set; nil where nothing about this container is ours to say.
    var desired: ContainerResources? {
        guard !sized.isEmpty else { return nil }
        return ContainerResources(
            name: name,
            resources: ResourceRequirements(requests: list(\.request.value), limits: list(\.limit?.value))
        )
    }

    /// Where the numbers differ from what the container has.
    var changes: [ScalingDecision.Change] {
        ResourceName.allCases.flatMap { resource -> [ScalingDecision.Change] in
            guard let sizing = sized[resource] else { return [] }
            let pairs = [
                ("requests", current.resources.requests?[resource], sizing.request.value as Quantity?),
                ("limits", current.resources.limits?[resource], sizing.limit?.value),
            ]
            return pairs.compactMap { field, from, to in
                guard let to, from != to else { return nil }
                return ScalingDecision.Change(container: name, field: field, resource: resource, from: from, to: to)
            }
        }
    }

    /// The container's part of the recommendation; nil where it is left alone.
    var recommendation: ContainerRecommendation? {
        guard let desired else { return nil }
        var recommendation = ContainerRecommendation(name: name, target: desired.resources)
        recommendation.uncappedTarget = ResourceRequirements(
            requests: list(\.request.uncapped), limits: list(\.limit?.uncapped)
        )
        recommendation.prediction = list(\.prediction)
        recommendation.lowerBound = list(\.lowerBound)
        recommendation.upperBound = list(\.upperBound)
        recommendation.memoryFollowsLimit = sized[.memory].map(\.followsLimit)
        var explanation = ContainerRecommendation.Explanation()
        explanation.cpuRequest = sized[.cpu]?.request.explanation
        explanation.cpuLimit = sized[.cpu]?.limit?.explanation
        explanation.memoryRequest = sized[.memory]?.request.explanation
        explanation.memoryLimit = sized[.memory]?.limit?.explanation
        recommendation.explanation = explanation
        return recommendation
    }

    private func list(_ value: (ResourceSizing) -> Quantity?) -> ResourceList? {
        let list = ResourceList(cpu: sized[.cpu].flatMap(value), memory: sized[.memory].flatMap(value))
        return list.isEmpty ? nil : list
    }
}
