/// Why a plan cannot be made, with the place and what to do about it.
struct PlanError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of mistake.
    enum Code: String, Sendable, Hashable, CaseIterable {
        /// A file or folder cannot be read or written.
        case unreadable
        /// A text is not YAML, or not an object of Kubernetes.
        case invalidManifest
        /// A field of a ForecastModel is unknown, of the wrong type, or contradicts another.
        case invalidField
        /// The manifests lack what the plan is about.
        case missingObject
        /// Two manifests describe the same object.
        case duplicateObject
        /// The history is not where a plan can read it, or says nothing about the target.
        case noHistory
        /// The history cannot be trained on.
        case untrainable
        /// The output folder holds something that Presage cannot extend.
        case invalidOutput
    }

    var code: Code
    /// The file, and the line or object where it is known.
    var place: String
    /// What is wrong and what to do.
    var message: String

    init(_ code: Code, at place: String, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }

    var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
