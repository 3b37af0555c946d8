import Autoscaler
import Charts
import ForecastEngine
import HTTPTypes
import Hummingbird
import KubernetesClient
import ModelRegistry
import NIOCore

/// A forecast as a picture: `…/next_day.svg`.
extension ModelsAPI {
    /// | parameter | meaning |
    /// |---|---|
    /// | `series` | one series by its id; without it, the first of them |
    /// | `theme` | `light` (without it) or `dark` |
    /// | `width` | pixels, 320 to 8,192; 1,120 without it |
    func picture(_ outlook: WindowOutlook, _ request: Request) -> Response {
        let parameters = request.uri.queryParameters
        var theme = ChartTheme.light
        if let name = parameters["theme"].map(String.init) {
            guard let known = ChartTheme(rawValue: name) else {
                let all = ChartTheme.allCases.map(\.rawValue).joined(separator: ", ")
                return .failure(.badRequest, "InvalidParameter", "theme is '\(name)'; these are: \(all)")
            }
            theme = known
        }
        var width = 1120
        if let text = parameters["width"] {
            guard let pixels = Int(text), (320...8192).contains(pixels) else {
                return .failure(
                    .badRequest, "InvalidParameter", "width is '\(text)'; give a whole number from 320 to 8192")
            }
            width = pixels
        }
        var shown = outlook.artifact.models
        if let id = parameters["series"].map(String.init) {
            shown = shown.filter { $0.seriesID == id }
            guard !shown.isEmpty else {
                let examples = outlook.artifact.models.prefix(5).map(\.seriesID).joined(separator: ", ")
                return .failure(
                    .notFound, "SeriesNotFound",
                    "version \(outlook.record.version) has no series '\(id)'; of its \(outlook.artifact.models.count) are: "
                        + examples)
            }
        }
        let figure = ForecastFigure(outlook: outlook, recommendation: recommendation(outlook))
        return Response(
            status: .ok, headers: [.contentType: "image/svg+xml"],
            body: .init(byteBuffer: ByteBuffer(string: figure.chart(of: shown).svg(width: width, theme: theme))))
    }
}
