/// A labelled position on an axis.
struct AxisTick: Hashable {
    /// Where, in the axis's own unit.
    var position: Double
    /// What is written at the position.
    var label: String
    /// What is written under the label where it starts to hold: the day of an hour, the year of a month.
    var context: String?
}
