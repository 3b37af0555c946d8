/// What no container has in cores and bytes.
enum UsageUnits {
    /// No machine has as many cores.
    static let mostCores = 1024.0
    /// No process runs in fewer bytes.
    static let leastBytes = 65_536.0
    /// No sum over pods comes near it, in whatever unit, and no Kubernetes quantity can say more.
    static let most = 1e18
}
