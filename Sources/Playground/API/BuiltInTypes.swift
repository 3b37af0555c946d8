import KubernetesClient

/// The built-in kinds that the playground serves.
enum BuiltInTypes {
    static let all: [ResourceType] = core + workloads + access + others

    private static let core: [ResourceType] = [
        make("", "v1", "namespaces", "Namespace", ["ns"], namespaced: false, ["status"], .namespace),
        make("", "v1", "pods", "Pod", ["po"], ["status", "log", "resize"], .pod, ["all"], generations: true),
        make("", "v1", "configmaps", "ConfigMap", ["cm"], [], .data),
        make("", "v1", "secrets", "Secret", [], [], .data),
        make("", "v1", "services", "Service", ["svc"], ["status"], .service, ["all"]),
        make("", "v1", "serviceaccounts", "ServiceAccount", ["sa"], ["token"], .serviceAccount),
        make("", "v1", "events", "Event", ["ev"], [], .event),
        make("", "v1", "nodes", "Node", ["no"], namespaced: false, ["status"], .namespace),
        make("", "v1", "limitranges", "LimitRange", ["limits"], [], .kind([:])),
        make("", "v1", "resourcequotas", "ResourceQuota", ["quota"], ["status"], .quota),
        make(
            "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"], ["status"],
            .kind(["spec": .fields(["resources": .resources, "selector": .leaf])])),
    ]

    private static let workloads: [ResourceType] = [
        make(
            "apps", "v1", "deployments", "Deployment", ["deploy"], ["status", "scale"], .workload, ["all"],
            generations: true),
        make(
            "apps", "v1", "replicasets", "ReplicaSet", ["rs"], ["status", "scale"], .workload, ["all"],
            generations: true),
        make("batch", "v1", "jobs", "Job", [], ["status"], .workload, ["all"], generations: true),
        make("batch", "v1", "cronjobs", "CronJob", ["cj"], ["status"], .cronJob, ["all"], generations: true),
    ]

    private static let access: [ResourceType] = [
        make("rbac.authorization.k8s.io", "v1", "roles", "Role", [], [], .kind([:])),
        make("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", [], [], .roleBinding),
        make(
            "rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", [], namespaced: false, [],
            .clusterRole),
        make(
            "rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", [], namespaced: false,
            [], .roleBinding),
        make(
            "authentication.k8s.io", "v1", "tokenreviews", "TokenReview", [], namespaced: false, [], .kind([:])),
        make(
            "authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", [], namespaced: false, [],
            .kind([:])),
    ]

    private static let others: [ResourceType] = [
        events,
        make("coordination.k8s.io", "v1", "leases", "Lease", [], [], .kind([:])),
        make(
            "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", ["pdb"], ["status"], .disruptionBudget,
            generations: true),
        make(
            "autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", ["hpa"], ["status"],
            .kind(["spec": .fields(["metrics": .leaf]), "status": .fields(["conditions": .conditions])]), ["all"]),
        make(
            "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", ["crd", "crds"],
            namespaced: false, ["status"], .customResourceDefinition, ["api-extensions"], generations: true),
    ]

    private static let events: ResourceType = {
        var type = make("events.k8s.io", "v1", "events", "Event", ["ev"], [], .event)
        type.storedAs = .events
        return type
    }()

    private static func make(
        _ group: String, _ version: String, _ plural: String, _ kind: String, _ shortNames: [String],
        namespaced: Bool = true, _ subresources: [String], _ shape: Shape, _ categories: [String] = [],
        generations: Bool = false
    ) -> ResourceType {
        ResourceType(
            group: group, version: version, plural: plural, singular: kind.lowercased(), kind: kind,
            listKind: kind + "List", shortNames: shortNames, categories: categories, namespaced: namespaced,
            subresources: subresources, countsGenerations: generations, shape: shape,
            columns: BuiltInColumns.columns(plural))
    }
}
