/// Writes SVG elements to a string: attributes and text escaped, numbers short and always finite.
struct SVGWriter {
    enum Anchor: String {
        case start, middle, end
    }

    /// What inks turn into.
    let theme: ChartTheme
    private(set) var text = ""
    private var open: [String] = []

    init(theme: ChartTheme) {
        self.theme = theme
    }

    /// An ink as an attribute.
    func color(_ ink: Ink) -> String { ink.color(theme) }

    /// Opens an element; `end()` closes it.
    mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        tag(name, attributes, close: ">\n")
        open.append(name)
    }

    /// Closes the element opened last.
    mutating func end() {
        guard let name = open.popLast() else { return }
        text += "</\(name)>\n"
    }

    /// Writes what another writer wrote.
    mutating func append(_ other: SVGWriter) {
        text += other.text
    }

    /// Writes an element without content.
    mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        tag(name, attributes, close: "/>\n")
    }

    /// Writes an element whose content is text.
    mutating func leaf(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], content: String) {
        tag(name, attributes, close: ">")
        text += Self.escape(content)
        text += "</\(name)>\n"
    }

    mutating func rectangle(_ frame: Rectangle, fill: Ink) {
        empty(
            "rect",
            [
                "x": Self.number(frame.x), "y": Self.number(frame.y), "width": Self.number(max(frame.width, 0)),
                "height": Self.number(max(frame.height, 0)), "fill": color(fill),
            ]
        )
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, ink: Ink, width: Double = 1) {
        let path = "M\(Self.number(x1)) \(Self.number(y1))L\(Self.number(x2)) \(Self.number(y2))"
        stroke(path, ink: ink, width: width)
    }

    mutating func stroke(_ path: String, ink: Ink, width: Double, dash: String? = nil) {
        guard !path.isEmpty else { return }
        if let dash {
            empty(
                "path",
                [
                    "d": path, "fill": "none", "stroke": color(ink), "stroke-width": Self.number(width),
                    "stroke-dasharray": dash,
                ]
            )
        } else {
            empty(
                "path",
                [
                    "d": path, "fill": "none", "stroke": color(ink), "stroke-width": Self.number(width),
                    "stroke-linejoin": "round", "stroke-linecap": "round",
                ]
            )
        }
    }

    /// Writes a line of text; `halo` paints the background around its letters, for text over lines.
    mutating func label(
        _ string: String,
        x: Double,
        y: Double,
        size: Double = 11,
        ink: Ink = Palette.mutedInk,
        anchor: Anchor = .start,
        bold: Bool = false,
        halo: Bool = false
    ) {
        guard !string.isEmpty else { return }
        let place = (Self.number(x), Self.number(y), Self.number(size), bold ? "600" : "400")
        if halo {
            leaf(
                "text",
                [
                    "x": place.0, "y": place.1, "font-size": place.2, "font-weight": place.3, "fill": color(ink),
                    "text-anchor": anchor.rawValue, "stroke": color(Palette.background), "stroke-width": "3",
                    "stroke-linejoin": "round", "paint-order": "stroke",
                ],
                content: string
            )
        } else {
            leaf(
                "text",
                [
                    "x": place.0, "y": place.1, "font-size": place.2, "font-weight": place.3, "fill": color(ink),
                    "text-anchor": anchor.rawValue,
                ],
                content: string
            )
        }
    }

    private mutating func tag(_ name: String, _ attributes: KeyValuePairs<String, String>, close: String) {
        text += "<\(name)"
        for (key, value) in attributes {
            text += " \(key)=\"\(Self.escape(value))\""
        }
        text += close
    }

    /// A coordinate with at most two decimals; what is not finite becomes 0, so that no document is ever invalid.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int((min(max(value, -1e7), 1e7) * 100).rounded())
        let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Escapes markup, and replaces the characters that XML 1.0 cannot carry.
    static func escape(_ string: String) -> String {
        var result = ""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
