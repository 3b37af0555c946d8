/// A type of PostgreSQL by its object identifier, which for built-in types never changes (`pg_type.dat`).
public struct PostgreSQLType: RawRepresentable, Sendable, Hashable {
    /// The object identifier.
    public var rawValue: UInt32

    /// Makes a type of its identifier.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `timestamp with time zone`: a moment.
    public static let timestamptz = PostgreSQLType(rawValue: 1184)
    /// `timestamp without time zone`: what a clock on a wall shows.
    public static let timestamp = PostgreSQLType(rawValue: 1114)
    /// `date`.
    public static let date = PostgreSQLType(rawValue: 1082)

    /// Whether values are numbers.
    public var isNumber: Bool { [20, 21, 23, 700, 701, 1700].contains(rawValue) }
    /// Whether values are texts (also `unknown`, the type of a bare literal).
    public var isText: Bool { [18, 19, 25, 1042, 1043, 705].contains(rawValue) }

    /// What SQL calls it, as far as it is built in and likely to be met.
    public var name: String {
        switch rawValue {
        case 16: "boolean"
        case 17: "bytea"
        case 18: "\"char\""
        case 19: "name"
        case 20: "bigint"
        case 21: "smallint"
        case 23: "integer"
        case 25: "text"
        case 114: "json"
        case 700: "real"
        case 701: "double precision"
        case 705: "unknown"
        case 790: "money"
        case 1042: "character"
        case 1043: "character varying"
        case 1082: "date"
        case 1083: "time"
        case 1114: "timestamp without time zone"
        case 1184: "timestamp with time zone"
        case 1186: "interval"
        case 1266: "time with time zone"
        case 1700: "numeric"
        case 2950: "uuid"
        case 3802: "jsonb"
        default: "type \(rawValue)"
        }
    }
}
