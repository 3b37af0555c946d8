package import Autoscaler
package import KubernetesClient

/// Which models a template is to have: one for each Deployment that its selector matches and that nobody else looks after.
///
/// A model that a person made for a Deployment goes before any template, whatever its mode: that is how one is excepted.
/// Of several templates the oldest makes the model. So every Deployment has one model, whoever looks first.
package struct TemplatePlan: Sendable {
    /// A model to have.
    package struct Instance: Sendable, Hashable {
        /// The Deployment's name.
        package var target: String
        /// The model's name.
        package var model: String
    }

    /// The models to have, in the order of their targets.
    package private(set) var instances: [Instance] = []
    /// The Deployments that are left to others, in the order of their names.
    package private(set) var skipped: [SkippedTarget] = []

    /// How many Deployments the selector matches.
    package var matched: Int { instances.count + skipped.count }

    /// What a template knows of its namespace.
    package struct Surroundings {
        var deployments: [Deployment]
        /// The templates that can be read, this one among them.
        var templates: [ForecastModel]
        /// The models that name a Deployment.
        var models: (_ target: String) -> [ForecastModel]
        /// The model of a name, or what is known of one that cannot be read.
        var model: (_ name: String) -> ForecastModel?

        package init(
            deployments: [Deployment], templates: [ForecastModel],
            models: @escaping (_ target: String) -> [ForecastModel],
            model: @escaping (_ name: String) -> ForecastModel?
        ) {
            self.deployments = deployments
            self.templates = templates
            self.models = models
            self.model = model
        }
    }

    /// Works out the models of a template; none where it is no template.
    package init(of template: ForecastModel, in surroundings: Surroundings) {
        guard let selector = template.spec.targetSelector else { return }
        let older = surroundings.templates.filter {
            !$0.metadata.isBeingDeleted && TargetClaim.age($0) < TargetClaim.age(template)
        }
        let known = Set(surroundings.templates.map(\.uid))
        let matching = surroundings.deployments.filter {
            !$0.metadata.isBeingDeleted && selector.matches($0.metadata.labels)
        }
        for deployment in matching.sorted(by: { $0.metadata.name < $1.metadata.name }) {
            let target = deployment.metadata.name
            let instance = Instance(target: target, model: Labels.joined(template.name, target))
            let rivals = surroundings.models(target).filter {
                !$0.metadata.isBeingDeleted && !$0.isInstance(of: template)
            }
            if let own = rivals.first(where: { $0.template == nil }) {
                skipped.append(SkippedTarget(name: target, reason: .hasOwnModel, model: own.name))
            } else if let other = older.first(where: {
                $0.spec.targetSelector?.matches(deployment.metadata.labels) ?? false
            }) {
                skipped.append(SkippedTarget(name: target, reason: .otherTemplate, model: other.name))
            } else if let other = rivals.compactMap(\.template).first(where: {
                // One that can be read gives its model up by itself. What one that cannot be read has made stays.
                !known.contains($0.uid) && surroundings.model($0.name)?.uid == $0.uid
            }) {
                skipped.append(SkippedTarget(name: target, reason: .otherTemplate, model: other.name))
            } else if let taken = surroundings.model(instance.model), !taken.isInstance(of: template) {
                skipped.append(SkippedTarget(name: target, reason: .nameTaken, model: taken.name))
            } else {
                instances.append(instance)
            }
        }
    }
}

extension ForecastModel {
    /// The template that this model was made from; nil where a person made it.
    var template: OwnerReference? {
        metadata.controller.flatMap { owner in
            owner.kind == Self.definition.kind && owner.apiVersion.hasPrefix("\(Self.definition.group)/") ? owner : nil
        }
    }

    /// Whether this model was made from a template.
    func isInstance(of template: ForecastModel) -> Bool { self.template?.uid == template.uid }
}
