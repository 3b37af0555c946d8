/// Estimates how wide a text is without a font at hand: a little too wide rather than too narrow.
enum TextMeasure {
    /// The width of a text in pixels at a font size.
    static func width(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + advance($1) } * size
    }

    /// The text, cut with an ellipsis where it is wider than `limit` pixels.
    static func fit(_ text: String, size: Double, limit: Double, bold: Bool = false) -> String {
        // By what DejaVu Sans, the widest of the usual fonts, is wider where it is bold.
        let limit = bold ? limit / 1.2 : limit
        guard width(text, size: size) > limit else { return text }
        var used = advance("…") * size
        var kept = ""
        for character in text {
            used += advance(character) * size
            if used > limit { break }
            kept.append(character)
        }
        return kept.isEmpty ? "" : kept + "…"
    }

    private static func advance(_ character: Character) -> Double {
        switch character {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]": 0.33
        case " ", "f", "t", "r", "/", "-": 0.38
        case "m", "w", "M", "W", "%", "@", "…": 0.92
        case "A"..."Z": 0.7
        default: character.isASCII ? 0.6 : 0.8
        }
    }
}
