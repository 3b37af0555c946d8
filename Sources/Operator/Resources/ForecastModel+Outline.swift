import Autoscaler
import KubernetesClient

extension ForecastModel {
    /// What others depend on of a model that cannot be read as a whole: its age, its target, whether it scales it, and
    /// what is to become of its objects. Nil where not even its metadata can be read.
    ///
    /// Where one of these is what cannot be read, the cautious one stands in: the model may scale its target, and its
    /// versions stay.
    init?(outlineOf unreadable: UnreadableObject) {
        guard let metadata = try? unreadable.json["metadata"]?.decode(ObjectMeta.self) else { return nil }
        func read<Value: Decodable>(_ path: JSONPathElement..., orElse other: Value) -> Value? {
            guard let value = unreadable.json["spec"]?[path: path], !value.isNull else { return nil }
            return (try? value.decode(Value.self)) ?? other
        }
        var spec = ForecastModelSpec(source: SourceSpec())
        spec.targetRef = read("targetRef", "name", orElse: "").map { TargetReference(name: $0) }
        spec.scaling.mode = read("scaling", "mode", orElse: .apply) ?? spec.scaling.mode
        spec.deletionPolicy = read("deletionPolicy", orElse: .retain) ?? spec.deletionPolicy
        spec.registry = unreadable.json["spec", "registry"].flatMap { try? $0.decode(RegistrySpec.self) }
        self.init(metadata: metadata, spec: spec)
    }
}
