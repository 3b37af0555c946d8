/// Why a PostgreSQL server could not do what it was asked, with what to do about it; it holds no password.
public struct PostgreSQLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Nothing answers there, or the name does not resolve.
        case unreachable
        /// The user's name or password is refused, or the server lets nobody in from here.
        case loginRefused
        /// There is no such database.
        case unknownDatabase
        /// The connection cannot be encrypted as asked, or the certificate does not verify.
        case tls
        /// The role may not do this.
        case permissionDenied
        /// The statement names a table that is not there.
        case unknownTable
        /// The statement names a column that is not there.
        case unknownColumn
        /// The statement is not one that can be run here.
        case invalidStatement
        /// A read-only transaction was asked to write.
        case readOnly
        /// A value is none of its column's type.
        case invalidValue
        /// The statement took longer than allowed.
        case timedOut
        /// The connection broke while it was used.
        case connectionLost
        /// The server has no room: connections, memory, disk.
        case serverBusy
        /// Any other answer of the server.
        case other
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String
    /// The five characters by which PostgreSQL names the failure, where it said.
    public let sqlState: String?

    /// Makes an error; `message` must not hold a password.
    public init(_ code: Code, _ message: String, sqlState: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
    }

    /// The message.
    public var description: String { message }

    /// Whether the failure may pass by itself.
    public var isTransient: Bool {
        switch code {
        case .unreachable, .connectionLost, .serverBusy, .timedOut: true
        default: false
        }
    }
}
