/// A resource that Presage sets.
public enum ResourceName: String, Sendable, Hashable, Codable, CaseIterable {
    /// CPU, in cores.
    case cpu
    /// Memory, in bytes.
    case memory

    /// How the resource is called in a sentence.
    public var title: String { self == .cpu ? "CPU" : "memory" }
}

/// Amounts of CPU and memory, either of which may be unset.
public struct ResourceList: Sendable, Hashable, Codable {
    /// CPU in cores.
    public var cpu: Quantity?
    /// Memory in bytes.
    public var memory: Quantity?

    /// Makes a list.
    public init(cpu: Quantity? = nil, memory: Quantity? = nil) {
        self.cpu = cpu
        self.memory = memory
    }

    /// The amount of one resource.
    public subscript(resource: ResourceName) -> Quantity? {
        get { resource == .cpu ? cpu : memory }
        set { if resource == .cpu { cpu = newValue } else { memory = newValue } }
    }

    /// Whether nothing is set.
    public var isEmpty: Bool { cpu == nil && memory == nil }
}

/// A container's requests and limits, as `resources` of a pod's container has them.
public struct ResourceRequirements: Sendable, Hashable, Codable {
    /// What the scheduler sets aside.
    public var requests: ResourceList?
    /// What the container may not exceed.
    public var limits: ResourceList?

    /// Makes requirements.
    public init(requests: ResourceList? = nil, limits: ResourceList? = nil) {
        self.requests = requests
        self.limits = limits
    }
}

/// A container of a workload with the resources it has now.
public struct ContainerResources: Sendable, Hashable, Codable {
    /// The container's name.
    public var name: String
    /// Its requests and limits.
    public var resources: ResourceRequirements

    /// Makes a container.
    public init(name: String, resources: ResourceRequirements = .init()) {
        self.name = name
        self.resources = resources
    }
}
