/// A Lease: who holds what until when.
public struct Lease: BuiltInResource {
    /// How the API server addresses the kind.
    public static var definition: ResourceDefinition {
        ResourceDefinition(
            group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease", namespaced: true)
    }

    /// The whole object.
    public var object: KubernetesObject

    /// A view of an object.
    public init(object: KubernetesObject) { self.object = object }

    /// Who holds it; empty or nil for nobody.
    public var holderIdentity: String? {
        get { self["spec", "holderIdentity"]?.stringValue }
        set { self["spec", "holderIdentity"] = newValue.map(JSONValue.string) }
    }
    /// How long the holder may be silent, in seconds.
    public var leaseDurationSeconds: Int? {
        get { self["spec", "leaseDurationSeconds"]?.intValue }
        set { self["spec", "leaseDurationSeconds"] = newValue.map { .int(Int64($0)) } }
    }
    /// When the holder took it.
    public var acquireTime: MicroTime? {
        get { self["spec", "acquireTime"]?.stringValue.flatMap(MicroTime.init) }
        set { self["spec", "acquireTime"] = newValue.map { .string($0.description) } }
    }
    /// When the holder last renewed it.
    public var renewTime: MicroTime? {
        get { self["spec", "renewTime"]?.stringValue.flatMap(MicroTime.init) }
        set { self["spec", "renewTime"] = newValue.map { .string($0.description) } }
    }
    /// How often it changed hands.
    public var leaseTransitions: Int {
        get { self["spec", "leaseTransitions"]?.intValue ?? 0 }
        set { self["spec", "leaseTransitions"] = .int(Int64(newValue)) }
    }
}
