/// Whom a token stands for.
struct PlaygroundUser: Sendable, Hashable {
    /// `kubernetes-admin`, `system:serviceaccount:demo:default`.
    var name: String
    /// The groups, which follow from the name.
    var groups: [String]

    init(_ name: String) {
        self.name = name
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if name == "kubernetes-admin" {
            groups = ["system:masters", "system:authenticated"]
        } else if parts.count == 4, name.hasPrefix("system:serviceaccount:") {
            groups = ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])", "system:authenticated"]
        } else {
            groups = ["system:authenticated"]
        }
    }

    init(name: String, groups: [String]) {
        self.name = name
        self.groups = groups
    }
}
