public import Foundation

extension JSONValue {
    /// How deep arrays and objects may be nested by default: more than any Kubernetes object, too little to exhaust a
    /// thread's stack.
    public static let defaultMaximumDepth = 512

    /// Reads one JSON value from UTF-8 bytes.
    public init(parsing bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer { Self.parse($0, maximumDepth, .all) }
        self = try result.get()
    }

    /// Reads one JSON value from part of an array of UTF-8 bytes.
    public init(parsing bytes: ArraySlice<UInt8>, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer { Self.parse($0, maximumDepth, .all) }
        self = try result.get()
    }

    /// Reads one JSON value from a string.
    public init(parsing string: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        var string = string
        let result = string.withUTF8 { Self.parse($0, maximumDepth, .all) }
        self = try result.get()
    }

    /// Reads one JSON value from data.
    public init(parsing data: Data, maximumDepth: Int = defaultMaximumDepth) throws(JSONError) {
        try self.init(parsing: [UInt8](data), maximumDepth: maximumDepth)
    }

    /// Reads one object, or a list or an event of them; what nobody reads costs no memory.
    init(
        parsing bytes: ArraySlice<UInt8>, managedFields: KeptManagedFields, workspace: JSONWorkspace = JSONWorkspace()
    ) throws(JSONError) {
        let result = bytes.withUnsafeBufferPointer {
            Self.parse($0, Self.defaultMaximumDepth, managedFields, workspace)
        }
        self = try result.get()
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ depth: Int, _ managedFields: KeptManagedFields,
        _ workspace: JSONWorkspace = JSONWorkspace()
    ) -> Result<JSONValue, JSONError> {
        var parser = JSONParser(bytes, maximumDepth: depth, managedFields: managedFields, workspace: workspace)
        defer { parser.finish() }
        do throws(JSONError) { return .success(try parser.parseDocument()) } catch { return .failure(error) }
    }
}
