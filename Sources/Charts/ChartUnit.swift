/// What a panel's values measure; it decides how ticks and level values are written.
public enum ChartUnit: Hashable, Sendable, CaseIterable {
    /// CPU in cores: written as millicores (`250m`) while everything is below one core, else as cores.
    case cores
    /// Memory in bytes: written in binary multiples (`Mi`, `Gi`) at powers of two.
    case bytes
    /// A plain number, written with thousands separators.
    case number
    /// A share, 1 being the whole: written in percent.
    case percent

    /// Whether the axis always starts at zero: a share of a resource is only readable against nothing.
    var startsAtZero: Bool { self == .cores || self == .bytes }
}
