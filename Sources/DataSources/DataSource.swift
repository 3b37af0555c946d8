/// Where a usage history comes from.
///
/// A new source is one file with one type that conforms to this, and one case in the specification that names it.
public protocol DataSource: Sendable {
    /// Reads the whole history.
    ///
    /// Throws ``DataError`` with the place and a remedy; credentials never appear in it.
    func read() async throws -> History
}
