import Charts
import ForecastEngine
import Hummingbird

/// How a forecast is drawn: the parameters of `…/next_day.svg`.
///
/// | parameter | meaning |
/// |---|---|
/// | `series` | one series by its id; without it, the first of them |
/// | `theme` | `light` (without it) or `dark` |
/// | `width` | pixels, 320 to 8,192; 1,120 without it |
struct PictureForm: Hashable, Sendable {
    var series: String?
    var theme = ChartTheme.light
    var width = 1120

    struct Flaw: Error {
        let message: String
    }

    static func read(_ parameters: Parameters) -> Result<PictureForm, Flaw> {
        var form = PictureForm()
        form.series = parameters["series"].map(String.init)
        if let name = parameters["theme"].map(String.init) {
            guard let known = ChartTheme(rawValue: name) else {
                let all = ChartTheme.allCases.map(\.rawValue).joined(separator: ", ")
                return .failure(Flaw(message: "theme is '\(name)'; these are: \(all)"))
            }
            form.theme = known
        }
        if let text = parameters["width"] {
            guard let pixels = Int(text), (320...8192).contains(pixels) else {
                return .failure(Flaw(message: "width is '\(text)'; give a whole number from 320 to 8192"))
            }
            form.width = pixels
        }
        return .success(form)
    }

    /// Which series there is not, and which there are; nil where nothing is missing.
    func missing(in artifact: ModelArtifact) -> String? {
        guard let series, !artifact.models.contains(where: { $0.seriesID == series }) else { return nil }
        let examples = artifact.models.prefix(5).map(\.seriesID).joined(separator: ", ")
        return "no series '\(series)'; of its \(artifact.models.count) are: \(examples)"
    }

    func svg(of answer: ForecastAnswer) -> String {
        let models = answer.artifact.models
        let shown = series.map { id in models.filter { $0.seriesID == id } } ?? models
        let figure = ForecastFigure(
            question: answer.question, artifact: answer.artifact, recommendation: answer.recommendation())
        return figure.chart(of: shown).svg(width: width, theme: theme)
    }
}
