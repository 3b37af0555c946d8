/// How much of `metadata.managedFields` is kept of what is read; it is the larger part of many objects.
public enum KeptManagedFields: Sendable, Hashable {
    /// All of it.
    case all
    /// Who manages; what they manage is kept of this manager alone, where the server names the manager first, as it does for
    /// built-in kinds.
    case of(manager: String)
    /// Nothing.
    case none
}
