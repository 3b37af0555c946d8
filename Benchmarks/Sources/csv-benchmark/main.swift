// How fast panels are read: csv-benchmark stream|whole FILE [TIMES]; FILE - is standard input, read once.
import DataSources
import Foundation

func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

func usage() -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, ["stream", "whole"].contains(arguments[1]) else {
    print("usage: csv-benchmark stream|whole FILE [TIMES]")
    exit(64)
}
for _ in 0..<(arguments[2] == "-" ? 1 : arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1) {
    let before = usage()
    let start = ContinuousClock.now
    var series = 0
    var report = DataReport()
    if arguments[1] == "stream" {
        let reader = try SeriesReader(path: arguments[2])
        while try reader.next() != nil { series += 1 }
        report = reader.report
    } else {
        let history = try CSVReader().read(path: arguments[2])
        series = history.series.count
        report = history.report
    }
    let wall = (ContinuousClock.now - start) / .seconds(1)
    let after = usage()
    let user = seconds(after.ru_utime) - seconds(before.ru_utime)
    let system = seconds(after.ru_stime) - seconds(before.ru_stime)
    let megabytes = Double(report.bytes) / 1e6
    func rate(_ seconds: Double) -> String { "\(Int((megabytes / seconds).rounded())) MB/s" }
    print(
        "\(arguments[1]): \(series) series, \(report.rows) rows, \(Int(megabytes)) MB: \(rate(wall)) of wall time, "
            + "\(rate(user + system)) of processor time (\(Int(user * 1000)) ms user, \(Int(system * 1000)) ms system), "
            + "\(after.ru_maxrss / 1024) MiB at most")
}
