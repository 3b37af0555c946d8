/// The request and the limit of one resource of one container.
///
/// The order of the rules: percent of the prediction, the floor or `minAllowed`, `maxAllowed`, memory that follows its
/// limit is not lowered, a history with a part missing lowers nothing, and last the request is brought to the limit where
/// it is above it.
struct ResourceSizing {
    let prediction: Quantity
    let lowerBound: Quantity
    let upperBound: Quantity
    private(set) var request: SizedNumber
    private(set) var limit: SizedNumber?
    /// Whether memory fills whatever its limit allows.
    private(set) var followsLimit = false
    /// Whether a number was kept up because of that.
    private(set) var isHeldByLimit = false
    /// Whether a number was kept up, by the tolerance or more, because a part of the history is missing.
    private(set) var isHeldByHistory = false

    /// Without `minAllowed` nothing is set below these: a container of the kubelet's own needs about as much to start.
    static let floor = ResourceList(cpu: Quantity(milli: 10), memory: Quantity(16 * 1_048_576, format: .binary))

    /// From this share of the limit in percent, the usual peak of memory counts as following the limit.
    static let followingPercent = 90

    init(
        resource: ResourceName, prediction: ResourcePrediction, policy: ContainerPolicy, current: ResourceRequirements,
        input: ScalingInput
    ) {
        let base = Quantity.amount(roundingUp: prediction.value, of: resource)
        self.prediction = base
        lowerBound = .amount(roundingUp: prediction.lower, of: resource)
        upperBound = .amount(roundingUp: prediction.upper, of: resource)

        func number(_ kind: String, percent: Int) -> SizedNumber {
            var number = SizedNumber(
                title: "\(resource.title) \(kind)", percent: percent, of: base, resource: resource,
                phrase: prediction.phrase
            )
            if let least = policy.minAllowed?[resource] {
                number.raise(to: least, because: "raised to minAllowed")
            } else if let least = Self.floor[resource] {
                number.raise(to: least, because: "raised to the least that is ever set")
            }
            if let most = policy.maxAllowed?[resource] { number.cap(at: most, because: "capped by maxAllowed") }
            return number
        }
        request = number("request", percent: policy.requestPercent ?? input.horizon.defaultRequestPercent)
        if policy.controlledValues == .requestsAndLimits {
            limit = number("limit", percent: policy.limitPercent ?? input.horizon.defaultLimitPercent)
        }
        if resource == .memory { holdMemory(current, input, policy) }
        if case .partial = input.history { holdAll(resource, current, input, policy) }
        order(currentLimit: current.limits?[resource])
    }

    /// Memory that fills whatever it is given says nothing about what is needed, so it is never taken away, unless
    /// `maxAllowed` takes it.
    private mutating func holdMemory(_ current: ResourceRequirements, _ input: ScalingInput, _ policy: ContainerPolicy)
    {
        guard let currentLimit = current.limits?.memory else { return }
        followsLimit =
            input.memoryFollowsLimit.contains(policy.name)
            || lowerBound.nanos * 100 >= currentLimit.nanos * Int128(Self.followingPercent)
        guard followsLimit else { return }
        let why = "not lowered, for memory follows its limit; kept at"
        isHeldByLimit = !keepUp(.memory, current, policy, because: why).isEmpty
    }

    /// What was not seen looks like no need, so what stands is the least, unless `maxAllowed` is lower. A limit where none
    /// stands takes away too.
    private mutating func holdAll(
        _ resource: ResourceName, _ current: ResourceRequirements, _ input: ScalingInput, _ policy: ContainerPolicy
    ) {
        let why = "not lowered, for a part of the history is missing; kept at"
        let lowered = keepUp(resource, current, policy, because: why)
        isHeldByHistory = lowered.contains {
            $0.wanted.differs(from: $0.kept, byPercent: input.spec.scaling.tolerancePercent)
        }
        if limit != nil, current.limits?[resource] == nil {
            limit = nil
            isHeldByHistory = true
        }
    }

    /// Lifts what would be lowered to what stands, as far as `maxAllowed` lets it.
    ///
    /// - Returns: what was lifted.
    private mutating func keepUp(
        _ resource: ResourceName, _ current: ResourceRequirements, _ policy: ContainerPolicy, because why: String
    ) -> [(wanted: Quantity, kept: Quantity)] {
        func held(_ amount: Quantity) -> Quantity { min(amount, policy.maxAllowed?[resource] ?? amount) }
        var lifted: [(wanted: Quantity, kept: Quantity)] = []
        if let kept = current.requests?[resource].map(held), kept > request.value {
            lifted.append((request.value, kept))
            request.raise(to: kept, because: why)
        }
        if let kept = current.limits?[resource].map(held), let wanted = limit?.value, kept > wanted {
            lifted.append((wanted, kept))
            limit?.raise(to: kept, because: why)
        }
        return lifted
    }

    /// Brings request and limit into order: the API refuses a request above its limit.
    private mutating func order(currentLimit: Quantity?) {
        if let limit {
            if request.value > limit.value {
                self.limit?.raise(to: request.value, because: "raised to the request")
            }
        } else if let currentLimit, request.value > currentLimit {
            request.cap(at: currentLimit, because: "capped by the limit, which controlledValues leaves alone")
        }
    }
}
