/// A CSV file on a mounted volume: a ConfigMap's key, a Secret's, or any path; `-` is standard input.
public struct CSVFileSource: DataSource {
    /// The path.
    public let path: String
    /// How to read it.
    public let reader: CSVReader

    /// Reads `path` with `reader`.
    public init(path: String, reader: CSVReader = CSVReader()) {
        self.path = path
        self.reader = reader
    }

    /// Reads the file; blocking reads of a local file are short enough to run where they are called.
    public func read() async throws -> History {
        try reader.read(path: path)
    }
}
