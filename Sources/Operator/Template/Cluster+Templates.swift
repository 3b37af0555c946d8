import Autoscaler
import KubernetesClient

/// The templates of a namespace, what they match and what they have made.
extension Cluster {
    /// The index of templates by namespace.
    static let templates = "templates"
    /// The index of models by the UID of the template that they were made from.
    static let byTemplate = "template"
    /// The index of Deployments by namespace.
    static let byNamespace = "namespace"

    /// The models that were made from a template, and the outlines of those that cannot be read.
    func instances(of template: ForecastModel) -> [ForecastModel] {
        models.list(index: Self.byTemplate, value: template.uid)
            + models.outlines(index: Self.byTemplate, value: template.uid)
    }

    /// What a template has to know of its namespace.
    func surroundings(of template: ForecastModel) -> TemplatePlan.Surroundings {
        let namespace = template.namespace
        return TemplatePlan.Surroundings(
            deployments: deployments.list(index: Self.byNamespace, value: namespace),
            templates: models.list(index: Self.templates, value: namespace),
            models: { models(naming: ObjectKey(namespace: namespace, name: $0)) },
            model: { name in
                let key = ObjectKey(namespace: namespace, name: name)
                return models.get(key) ?? models.unreadable(key).flatMap { ForecastModel(outlineOf: $0) }
            })
    }

    /// The templates that a change of a model may concern: those of its namespace where its spec has changed, and its own where
    /// only what it says of itself has.
    static func templates(concernedBy event: InformerEvent<ForecastModel>, in models: Store<ForecastModel>)
        -> [ObjectKey]
    {
        let model = event.object
        if event.isSpecChange { return models.list(index: Self.templates, value: model.namespace).map(\.key) }
        guard case .updated(let old, let new) = event, let template = model.template,
            old.status?.conditions?[ConditionType.ready] != new.status?.conditions?[ConditionType.ready]
        else { return [] }
        return [ObjectKey(namespace: model.namespace, name: template.name)]
    }

    /// The templates that a change of a Deployment may concern.
    static func templates(concernedBy event: InformerEvent<Deployment>, in models: Store<ForecastModel>) -> [ObjectKey]
    {
        if case .updated(let old, let new) = event, old.metadata.labels == new.metadata.labels,
            old.metadata.deletionTimestamp == new.metadata.deletionTimestamp
        {
            return []
        }
        return models.list(index: Self.templates, value: event.object.metadata.namespace ?? "").map(\.key)
    }

    /// Deletes a model; what it holds is given back by its own reconciler.
    func delete(_ model: ForecastModel) async throws {
        do {
            try await client.delete(
                ForecastModel.self, model.name, namespace: model.namespace,
                options: DeleteOptions(propagation: .background, uid: model.metadata.uid))
        } catch let error as KubernetesError where error.isNotFound {}
    }
}
