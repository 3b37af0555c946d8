/// The ground that a figure is drawn for.
public enum ChartTheme: String, Hashable, Sendable, CaseIterable {
    /// Dark ink on white.
    case light
    /// Light ink on a nearly black ground.
    case dark
}
