public import ArgumentParser
public import Charts

extension ChartTheme: ExpressibleByArgument {}

/// What a command that draws can be told about the picture.
struct PlotOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Draw history, forecast, interval and components as SVG.", valueName: "file"))
    var plot: String?

    @Option(help: ArgumentHelp("Which series to draw; the first unless told.", valueName: "unique_id"))
    var plotSeries: String?

    @Option(help: ArgumentHelp("The ground to draw for.", valueName: "theme"))
    var plotTheme = ChartTheme.light

    func validate() throws {
        if plotSeries != nil, plot == nil { throw ValidationError("--plot-series is given without --plot; add --plot") }
        if plot?.isEmpty == true { throw ValidationError("--plot is empty; name the file to draw to") }
    }

    /// How pictures are drawn.
    var picture: ForecastPicture { ForecastPicture(theme: plotTheme) }

    /// What to say where the series to draw is not there.
    var nothingToDraw: TextOutput.OutputError {
        TextOutput.OutputError(
            description: "there is no forecast of “\(plotSeries ?? "any series")” to draw; check --plot-series")
    }
}
