/// The figure's colours: Okabe and Ito's set, which readers with any colour vision can tell apart, on white and on black.
///
/// Colour never speaks alone: what was before is dashed, the peak dotted, the forecast thicker than the history.
enum Palette {
    static let background = Ink(light: "#ffffff", dark: "#0d1117")
    static let border = Ink(light: "#d8dee4", dark: "#30363d")
    static let grid = Ink(light: "#e9edf1", dark: "#21272e")
    static let axis = Ink(light: "#8c959f", dark: "#6e7681")
    static let ink = Ink(light: "#1f2328", dark: "#e6edf3")
    static let mutedInk = Ink(light: "#59636e", dark: "#9da7b1")
    static let history = Ink(light: "#3d4650", dark: "#c2cad3")
    static let forecast = Ink(light: "#0072b2", dark: "#56b4e9")
    static let band = Ink(light: "#56b4e9", dark: "#2f8fd0")
    static let forecastSpan = Ink(light: "#f4f8fb", dark: "#131c26")
    static let component = Ink(light: "#0072b2", dark: "#56b4e9")
    static let mark = Ink(light: "#59636e", dark: "#9da7b1")
}

/// A colour in each theme.
struct Ink: Hashable {
    var light: String
    var dark: String

    func color(_ theme: ChartTheme) -> String {
        switch theme {
        case .light: light
        case .dark: dark
        }
    }
}

/// How a kind of level is drawn and named.
struct LevelInk: Hashable {
    var color: Ink
    var dash: String?
    var width: Double
    var legend: String

    private static let request = Ink(light: "#00805d", dark: "#2fbf96")
    private static let limit = Ink(light: "#c14f00", dark: "#f08c4a")
    private static let peak = Ink(light: "#a0477c", dark: "#d98cb8")

    init(_ style: ChartLevel.Style) {
        switch style {
        case .requestBefore: (color, dash, width, legend) = (Self.request, "6 4", 1.3, "request before")
        case .limitBefore: (color, dash, width, legend) = (Self.limit, "6 4", 1.3, "limit before")
        case .request: (color, dash, width, legend) = (Self.request, nil, 2, "request")
        case .limit: (color, dash, width, legend) = (Self.limit, nil, 2, "limit")
        case .peak: (color, dash, width, legend) = (Self.peak, "1.5 3.5", 2, "predicted peak")
        }
    }
}
