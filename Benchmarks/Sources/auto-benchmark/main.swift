import Foundation

/// What `auto-benchmark` was asked to do: three commands on one panel, and one on made series.
let usage = """
    auto-benchmark trials PANEL.csv OUT.bin HORIZON SEASON ORIGINS EVERY   what Auto's candidates forecast, for design.py
    auto-benchmark final PANEL.csv HORIZON SEASON ORIGINS EVERY ALGORITHM  scores rolling origins, rows as peers.py writes
    auto-benchmark peaks PANEL.csv HORIZON FIRST EVERY WINDOW LATE         90% peaks of next horizons, rows for peaks.py
    auto-benchmark time POINTS SERIES                                      processor time of Auto on made 5-minute series
    """

let arguments = Array(CommandLine.arguments.dropFirst())
let numbers = arguments.compactMap { Int($0) }
if arguments.first == "time", numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) {
    try timing(points: numbers[0], repetitions: numbers[1])
    exit(0)
}
if arguments.first == "peaks", arguments.count == 7, numbers.count == 5, numbers[0] > 0, numbers[2] > 0 {
    let panel = try Panel(path: arguments[1], every: 1)
    peaks(panel, horizon: numbers[0], first: numbers[1], every: numbers[2], window: numbers[3], late: numbers[4])
    exit(0)
}
guard let command = arguments.first, numbers.count == 4, arguments.count == 7 else {
    FileHandle.standardError.write(Data((usage + "\n").utf8))
    exit(64)
}
let origins = Origins(horizon: numbers[0], season: numbers[1], most: numbers[2])
let panel = try Panel(path: arguments[1], every: numbers[3])
switch command {
case "trials":
    FileManager.default.createFile(atPath: arguments[2], contents: nil)
    guard let out = FileHandle(forWritingAtPath: arguments[2]) else { exit(73) }
    for series in panel.series {
        for cut in origins.cuts(series) { if let bytes = try trials(series, cut: cut) { out.write(bytes) } }
    }
case "final":
    let name = arguments[1].split(separator: "/").last?.dropLast(4) ?? ""
    for series in panel.series {
        for cut in origins.cuts(series) { score(series, cut: cut, panel: String(name), algorithm: arguments[6]) }
    }
default:
    FileHandle.standardError.write(Data((usage + "\n").utf8))
    exit(64)
}
