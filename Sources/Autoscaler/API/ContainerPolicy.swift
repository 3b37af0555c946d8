/// How one container's numbers come from its prediction.
public struct ContainerPolicy: Sendable, Hashable, Codable {
    /// Whether a container is scaled.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// As the model's mode says.
        case auto = "Auto"
        /// Never: the container is left alone.
        case off = "Off"
    }

    /// Which numbers Presage sets.
    public enum ControlledValues: String, Sendable, Hashable, Codable, CaseIterable {
        /// Requests and limits.
        case requestsAndLimits = "RequestsAndLimits"
        /// Requests alone; limits are left as they are, and cap the requests.
        case requestsOnly = "RequestsOnly"
    }

    /// The name that stands for all containers that have no settings of their own.
    public static let everyOther = "*"

    /// The container's name, or `*` for all that have no settings of their own.
    public var name: String
    /// Whether the container is scaled.
    public var mode = Mode.auto
    /// The request in percent of the prediction; by horizon 80, 80 and 70 where left out.
    public var requestPercent: Int?
    /// The limit in percent of the prediction; by horizon 120, 120 and 150 where left out.
    public var limitPercent: Int?
    /// No request or limit is set below this.
    public var minAllowed: ResourceList?
    /// No request or limit is set above this.
    public var maxAllowed: ResourceList?
    /// Which resources are scaled.
    public var controlledResources = ResourceName.allCases
    /// Whether limits are set beside requests.
    public var controlledValues = ControlledValues.requestsAndLimits

    /// Makes settings with the defaults.
    public init(name: String) { self.name = name }

    /// Reads settings over the defaults.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        requestPercent = try container.decodeIfPresent(Int.self, forKey: .requestPercent)
        limitPercent = try container.decodeIfPresent(Int.self, forKey: .limitPercent)
        minAllowed = try container.decodeIfPresent(ResourceList.self, forKey: .minAllowed)
        maxAllowed = try container.decodeIfPresent(ResourceList.self, forKey: .maxAllowed)
        try container.read(.mode, into: &mode)
        try container.read(.controlledResources, into: &controlledResources)
        try container.read(.controlledValues, into: &controlledValues)
    }
}
