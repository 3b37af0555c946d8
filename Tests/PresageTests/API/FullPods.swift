import Autoscaler

/// The parts of a training pod with every field set.
enum FullPods {
    static var affinity: Affinity {
        var term = NodeSelectorTerm()
        term.matchExpressions = [LabelRequirement(key: "k", operator: "In", values: ["v"])]
        term.matchFields = term.matchExpressions
        var nodes = NodeAffinity()
        nodes.requiredDuringSchedulingIgnoredDuringExecution = NodeSelector(nodeSelectorTerms: [term])
        nodes.preferredDuringSchedulingIgnoredDuringExecution = [PreferredSchedulingTerm(weight: 1, preference: term)]
        var selector = LabelSelector()
        selector.matchLabels = ["a": "b"]
        selector.matchExpressions = term.matchExpressions
        var near = PodAffinityTerm(topologyKey: "kubernetes.io/hostname")
        near.labelSelector = selector
        near.namespaces = ["n"]
        var pods = PodAffinity()
        pods.requiredDuringSchedulingIgnoredDuringExecution = [near]
        pods.preferredDuringSchedulingIgnoredDuringExecution = [
            WeightedPodAffinityTerm(weight: 1, podAffinityTerm: near)
        ]
        var affinity = Affinity()
        affinity.nodeAffinity = nodes
        affinity.podAffinity = pods
        affinity.podAntiAffinity = pods
        return affinity
    }

    static var env: [EnvironmentVariable] {
        var variable = EnvironmentVariable(name: "A", value: "b")
        var key = EnvironmentVariable.OptionalKey(name: "n", key: "k")
        key.optional = true
        var source = EnvironmentVariable.Source()
        source.configMapKeyRef = key
        source.secretKeyRef = key
        source.fieldRef = .init(fieldPath: "metadata.name")
        variable.valueFrom = source
        return [variable]
    }

    static var volumes: [PodVolume] {
        var volume = PodVolume(name: "v")
        volume.configMap = .init(name: "c")
        volume.configMap?.optional = true
        volume.secret = .init(secretName: "s")
        volume.secret?.optional = true
        volume.persistentVolumeClaim = .init(claimName: "p")
        volume.persistentVolumeClaim?.readOnly = true
        volume.emptyDir = .init()
        volume.emptyDir?.medium = "Memory"
        volume.emptyDir?.sizeLimit = Quantity(1024, format: .binary)
        volume.nfs = .init(server: "s", path: "/p")
        volume.nfs?.readOnly = true
        return [volume]
    }

    static var mounts: [VolumeMount] {
        var mount = VolumeMount(name: "v", mountPath: "/data")
        mount.subPath = "a"
        mount.readOnly = true
        return [mount]
    }
}
