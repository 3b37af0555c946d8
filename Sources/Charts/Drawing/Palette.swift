/// The figure's colours: Okabe and Ito's set, which readers with any colour vision can tell apart, on white.
///
/// Colour never speaks alone: what was before is dashed, the peak dotted, the forecast thicker than the history.
enum Palette {
    static let background = "#ffffff"
    static let border = "#d8dee4"
    static let grid = "#e9edf1"
    static let axis = "#8c959f"
    static let ink = "#1f2328"
    static let mutedInk = "#59636e"
    static let history = "#3d4650"
    static let forecast = "#0072b2"
    static let band = "#56b4e9"
    static let forecastSpan = "#f4f8fb"
    static let component = "#0072b2"
    static let mark = "#59636e"
}

/// How a kind of level is drawn and named.
struct LevelInk: Hashable {
    var color: String
    var dash: String?
    var width: Double
    var legend: String

    init(_ style: ChartLevel.Style) {
        switch style {
        case .requestBefore: (color, dash, width, legend) = ("#00805d", "6 4", 1.3, "request before")
        case .limitBefore: (color, dash, width, legend) = ("#c14f00", "6 4", 1.3, "limit before")
        case .request: (color, dash, width, legend) = ("#00805d", nil, 2, "request")
        case .limit: (color, dash, width, legend) = ("#c14f00", nil, 2, "limit")
        case .peak: (color, dash, width, legend) = ("#a0477c", "1.5 3.5", 2, "predicted peak")
        }
    }
}
