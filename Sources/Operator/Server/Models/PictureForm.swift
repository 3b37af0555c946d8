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

    init(_ parameters: Parameters) throws(ParameterError) {
        series = parameters["series"].map(String.init)
        theme = try parameters.choice("theme") ?? theme
        width = try parameters.whole("width", in: 320...8192) ?? width
    }

    func svg(of answer: ForecastAnswer) -> String {
        let models = answer.artifact.models
        let shown = series.map { id in models.filter { $0.seriesID == id } } ?? models
        let figure = ForecastFigure(
            question: answer.question, artifact: answer.artifact, recommendation: answer.recommendation())
        return figure.chart(of: shown).svg(width: width, theme: theme)
    }
}
