/// The tree that an artifact's payload holds; see `docs/artifact-format.md`.
indirect enum BinaryValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case array([BinaryValue])
    case doubles([Double])
    case floats([Float])
    case object([(key: String, value: BinaryValue)])
}

/// The byte that begins each value.
enum BinaryTag: UInt8 {
    case null = 0
    case no = 1
    case yes = 2
    case int = 3
    case unsigned = 4
    case double = 5
    case string = 6
    case array = 7
    case doubles = 8
    case floats = 9
    case object = 10
}
