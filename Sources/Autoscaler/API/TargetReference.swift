/// The workload whose resources a model sets, in the model's own namespace.
public struct TargetReference: Sendable, Hashable, Codable {
    /// The workload's API group and version.
    public var apiVersion = "apps/v1"
    /// The workload's kind.
    public var kind = "Deployment"
    /// The workload's name.
    public var name: String

    /// Refers to a Deployment of this name.
    public init(name: String) { self.name = name }

    /// Reads a reference; `apiVersion` and `kind` may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        try container.read(.apiVersion, into: &apiVersion)
        try container.read(.kind, into: &kind)
    }
}
