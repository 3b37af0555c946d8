// KubernetesClient tests
