/// What the columns of a CSV table are called, where not by the usual names.
public struct CSVColumns: Sendable, Hashable, Codable {
    /// Wide form: the time; `timestamp` unless told.
    public var timestamp: String?
    /// Wide form: the container's name; `container` unless told.
    public var container: String?
    /// Wide form: CPU use in cores; `cpu` unless told.
    public var cpu: String?
    /// Wide form: memory use in bytes; `memory` unless told.
    public var memory: String?
    /// Wide form: the pod's name; `pod` unless told.
    public var pod: String?
    /// Long form: the series; `unique_id` unless told.
    public var id: String?
    /// Long form: the time; `ds` unless told.
    public var time: String?
    /// Long form: the value; `y` unless told.
    public var value: String?

    /// Makes the usual names.
    public init() {}
}
