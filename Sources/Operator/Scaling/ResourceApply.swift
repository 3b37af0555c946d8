import Autoscaler
import KubernetesClient

/// A server-side apply of containers' requests and limits to one Deployment, decided before anything is sent.
///
/// It carries *every* leaf that we own, because the server removes what an apply leaves out, and the uid and resource
/// version that were read, so that a Deployment which was made again or has changed since is not touched.
struct ResourceApply: Hashable, Sendable {
    typealias Leaf = FieldOwnership.Leaf

    /// The value of each leaf, in canonical form.
    private(set) var values: [Leaf: Quantity]
    private let deployment: JSONValue

    /// Combines what is wanted with what is owned already.
    ///
    /// - Parameters:
    ///   - wanted: the requests and limits decided, per container.
    ///   - deployment: the object as it was read, with its managed fields.
    /// - Returns: nil where every wanted value stands already.
    init?(wanted: [ContainerResources], to deployment: JSONValue) {
        let current = Self.current(of: deployment)
        var values: [Leaf: Quantity] = [:]
        for leaf in Self.owned(of: deployment) { values[leaf] = current[leaf] }
        var changes = false
        for container in wanted {
            for (leaf, quantity) in Self.leaves(of: container) {
                values[leaf] = quantity
                if current[leaf] != quantity { changes = true }
            }
        }
        guard changes else { return nil }
        self.values = values
        self.deployment = deployment
    }

    private init(values: [Leaf: Quantity], deployment: JSONValue) {
        self.values = values
        self.deployment = deployment
    }

    /// The same apply without what others own: a request goes with its limit, for half of a pair could end with the
    /// request above the limit. The half of such a pair that is ours stays as it is, for the server removes what is left out.
    /// Nil where nothing that changes anything is left.
    func yielding(_ conflicts: [FieldConflict]) -> ResourceApply? {
        let current = Self.current(of: deployment)
        let owned = Self.owned(of: deployment)
        var rest: [Leaf: Quantity] = [:]
        for (leaf, quantity) in values {
            let lists = conflicts.filter { $0.container == leaf.container && $0.resource == leaf.resource }.map(\.list)
            if lists.isEmpty {
                rest[leaf] = quantity
            } else if owned.contains(leaf), !lists.contains(leaf.list) {
                rest[leaf] = current[leaf]
            }
        }
        guard rest.contains(where: { current[$0.key] != $0.value }) else { return nil }
        return ResourceApply(values: rest, deployment: deployment)
    }

    /// The object to send.
    var body: JSONValue {
        var pod = JSONObject()
        for (name, leaves) in Dictionary(grouping: values, by: \.key.container).sorted(by: { $0.key < $1.key }) {
            var resources = JSONObject()
            for (list, leaves) in Dictionary(grouping: leaves, by: \.key.list).sorted(by: { $0.key < $1.key }) {
                resources[list] = .object(
                    JSONObject(
                        leaves.sorted { $0.key.resource < $1.key.resource }
                            .map { (key: $0.key.resource, value: .string($0.value.description)) }))
            }
            let list = sidecars.contains(name) ? "initContainers" : "containers"
            pod[list] = .array(
                (pod[list]?.arrayValue ?? []) + [["name": .string(name), "resources": .object(resources)]])
        }
        var metadata = JSONObject()
        for field in ["name", "namespace", "uid", "resourceVersion"] {
            metadata[field] = deployment["metadata"]?[key: field]
        }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": .object(metadata),
            "spec": ["template": ["spec": .object(pod)]],
        ]
    }

    /// The requests and limits that a Deployment's template has, those of other resources than CPU and memory too.
    static func current(of deployment: JSONValue) -> [Leaf: Quantity] {
        var values: [Leaf: Quantity] = [:]
        for container in ["containers", "initContainers"].flatMap({ items($0, of: deployment) }) {
            guard let name = container["name"]?.stringValue else { continue }
            for list in ["requests", "limits"] {
                for (resource, value) in container["resources"]?[key: list]?.objectValue ?? [:] {
                    let text = value.stringValue ?? value.description
                    values[Leaf(container: name, list: list, resource: resource)] = try? Quantity(text)
                }
            }
        }
        return values
    }

    /// The init containers of the template, by name: no two containers of a pod have the same, of whatever list.
    private var sidecars: Set<String> {
        Set(Self.items("initContainers", of: deployment).compactMap { $0["name"]?.stringValue })
    }

    private static func items(_ list: String, of deployment: JSONValue) -> [JSONValue] {
        deployment["spec", "template", "spec"]?[key: list]?.arrayValue ?? []
    }

    private static func owned(of deployment: JSONValue) -> Set<Leaf> {
        FieldOwnership.leaves(in: deployment["metadata", "managedFields"]?.arrayValue ?? [])
    }

    private static func leaves(of container: ContainerResources) -> [(Leaf, Quantity)] {
        let lists = [("requests", container.resources.requests), ("limits", container.resources.limits)]
        return lists.flatMap { list, values in
            ResourceName.allCases.compactMap { resource in
                values?[resource].map {
                    (Leaf(container: container.name, list: list, resource: resource.rawValue), $0)
                }
            }
        }
    }
}
