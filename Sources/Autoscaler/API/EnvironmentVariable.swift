/// A variable in a training pod's environment, as `core/v1` has it.
public struct EnvironmentVariable: Sendable, Hashable, Codable {
    /// Where a value comes from: exactly one of the places.
    public struct Source: Sendable, Hashable, Codable {
        /// An entry of a ConfigMap.
        public var configMapKeyRef: OptionalKey?
        /// An entry of a Secret; the operator never reads it, the kubelet does.
        public var secretKeyRef: OptionalKey?
        /// A field of the pod.
        public var fieldRef: Field?

        /// Makes a source; set exactly one place.
        public init() {}
    }

    /// An entry that may be missing.
    public struct OptionalKey: Sendable, Hashable, Codable {
        /// The object's name.
        public var name: String
        /// The entry's key within `data`.
        public var key: String
        /// Whether the pod starts without it.
        public var optional: Bool?

        /// Refers to an entry.
        public init(name: String, key: String) {
            self.name = name
            self.key = key
        }
    }

    /// A field of the pod.
    public struct Field: Sendable, Hashable, Codable {
        /// Its path, such as `metadata.name`.
        public var fieldPath: String

        /// Refers to a field.
        public init(fieldPath: String) { self.fieldPath = fieldPath }
    }

    /// The variable's name.
    public var name: String
    /// Its value; empty where left out.
    public var value: String?
    /// Where its value comes from, in place of `value`.
    public var valueFrom: Source?

    /// Makes a variable.
    public init(name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }
}
