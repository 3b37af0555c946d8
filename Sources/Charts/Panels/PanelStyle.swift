/// The measures that the panels of one figure share.
struct PanelStyle: Hashable {
    static let textSize = 11.0
    static let titleSize = 13.0
    /// The height of a row of mark labels, and of the least strip above a plot.
    static let stripRow = 15.0
    /// The height under a plot: tick labels and their contexts.
    static let axisHeight = 34.0
    /// The least distance between the centres of two level labels.
    static let labelDistance = 14.0

    /// The height of a plot, without its heading and axis.
    var plotHeight: Double
    /// The least distance that two value ticks should have.
    var stepHeight = 42.0
    /// The width left of the plots, for value labels.
    var leftMargin: Double = 0
    /// The width right of the plots, for level labels.
    var rightMargin: Double = 0

    /// About how many steps between value ticks fit.
    var valueSteps: Double { plotHeight / stepHeight }
}
