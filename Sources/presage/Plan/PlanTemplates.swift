import Autoscaler
import KubernetesClient
import Operator

/// Puts the models that templates make in the place of the templates, as the operator does in a cluster.
enum PlanTemplates {
    /// The models that are written, and those that the templates among them make for Deployments.
    static func instantiated(_ models: [Manifest], for deployments: [Manifest]) throws(PlanError) -> [Manifest] {
        func isTemplate(_ manifest: Manifest) -> Bool { manifest.object["spec", "targetSelector"] != nil }
        let plain = models.filter { !isTemplate($0) }
        var all = plain
        for template in models.filter(isTemplate) {
            all += try instances(of: template, beside: plain, for: deployments)
        }
        return all
    }

    private static func instances(
        of template: Manifest, beside plain: [Manifest], for deployments: [Manifest]
    ) throws(PlanError) -> [Manifest] {
        let spec = try StrictSpec.read(template)
        let metadata = ObjectMeta(name: template.name, namespace: template.namespace, uid: "template")
        let own = plain.filter { $0.namespace == template.namespace }
        let near = deployments.filter { $0.namespace == template.namespace }
        func model(_ manifest: Manifest) -> ForecastModel {
            ForecastModel(metadata: ObjectMeta(name: manifest.name), spec: ForecastModelSpec(source: SourceSpec()))
        }
        let plan = TemplatePlan(
            of: ForecastModel(metadata: metadata, spec: spec),
            in: .init(
                deployments: near.compactMap { try? Deployment(json: $0.object) }, templates: [],
                models: { target in
                    own.filter { $0.object["spec", "targetRef", "name"]?.stringValue == target }.map(model)
                },
                model: { name in own.first { $0.name == name }.map(model) }))
        guard plan.matched > 0 else {
            let known = near.map(\.name).joined(separator: ", ")
            throw PlanError(
                .missingObject, at: template.place,
                "spec.targetSelector: no Deployment of namespace \(template.namespace) among the manifests matches"
                    + (known.isEmpty ? "; pass the files that hold them too" : "; there is \(known)"))
        }
        do {
            return try plan.instances.map { instance in
                var manifest = template
                manifest.object["metadata", "name"] = .string(instance.model)
                manifest.object["spec"] = try JSONValue(encoding: spec.instance(for: instance.target))
                return manifest
            }
        } catch {
            throw PlanError(.invalidField, at: template.place, "spec: \(error)")
        }
    }
}
