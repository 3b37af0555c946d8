import KubernetesClient

/// What a request says about how to write.
struct WriteOptions: Sendable {
    enum FieldValidation: String, Sendable {
        case ignore = "Ignore"
        case warn = "Warn"
        case strict = "Strict"
    }

    /// `fieldManager`, or the first word of the user agent.
    var manager: String
    var isDryRun = false
    var fieldValidation = FieldValidation.warn
    /// An apply that takes fields from other managers.
    var force = false

    /// The server's own parts write as themselves.
    static func internalWrite(_ manager: String) -> WriteOptions {
        WriteOptions(manager: manager, fieldValidation: .ignore)
    }
}

/// What a DELETE says.
struct DeleteOptions: Sendable {
    enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    var propagation: Propagation?
    var gracePeriodSeconds: Int?
    var uid: String?
    var resourceVersion: String?
    var isDryRun = false
}
