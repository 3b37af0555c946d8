/// Turns the bytes of a watch, in whatever pieces they come, into its events.
struct WatchReader {
    private let what: String
    private let managedFields: KeptManagedFields
    private var lines: LineSplitter
    private let workspace = JSONWorkspace()

    /// - Parameters:
    ///   - what: What is watched, for messages.
    ///   - managedFields: Which managed fields are read.
    ///   - limit: The longest line.
    init(what: String, managedFields: KeptManagedFields, limit: Int = LineSplitter.defaultLimit) {
        self.what = what
        self.managedFields = managedFields
        lines = LineSplitter(limit: limit)
    }

    /// Takes a piece.
    mutating func append(_ piece: [UInt8]) { lines.append(piece) }

    /// The next event that is whole; nil until more bytes come.
    mutating func next() throws(KubernetesError) -> RawWatchEvent? {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            return try WatchDecoder.decode(line, what: what, managedFields: managedFields, workspace: workspace)
        }
        return nil
    }
}
