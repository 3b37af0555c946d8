import DataSources
import ForecastEngine
import Foundation

/// The history that the demo runs on: the bundled sample or a person's own, in the form that a source reads.
struct DemoHistory {
    /// The series, `<container>/cpu` and `<container>/memory` where they are of a workload.
    let series: [TimeSeries]
    /// The workload's containers; empty where the series are of something else and nothing is to be scaled.
    let containers: [String]
    /// What was assumed about the data, for the person to check.
    let notes: [String]
    /// The distance between rows.
    let step: TimeStep

    var start: Int { series.compactMap(\.times.first).min() ?? 0 }
    var end: Int { series.compactMap(\.times.last).max() ?? 0 }

    /// Seconds that are held out at the end, and by which the demo's history grows between its trainings.
    var holdout: Int {
        switch step {
        case .seconds(let seconds) where seconds < 86_400: 86_400
        case .seconds(86_400): 28 * 86_400
        default: end - (series.first?.times.suffix(13).first ?? start)
        }
    }

    init(_ history: History) {
        var notes: [String] = []
        switch history.meaning {
        case .busiestPod, .allPods:
            series = history.perPod
            containers = Self.unique(history.series.map { String($0.id.split(separator: "/")[0]) })
        case .panel:
            let mapped = history.series.compactMap { WorkloadName($0.id)?.series($0) }
            if mapped.count == history.series.count {
                series = mapped
                containers = Self.unique(mapped.map { String($0.id.split(separator: "/")[0]) })
                notes.append(
                    "the names of the series say CPU and memory: each becomes a container's, in cores and bytes")
                if history.series.contains(where: { $0.id.lowercased().hasSuffix("mhz") }) {
                    notes.append("MHz become cores at \(Int(WorkloadName.megahertzPerCore)) MHz a core")
                }
            } else {
                series = history.series
                containers = []
                notes.append("the series are not of a workload, so they are forecast and nothing is scaled")
            }
        }
        notes += history.report.findings.map { "\($0)" }
        self.notes = notes
        step = history.series.compactMap { TimeStep.infer(from: $0.times) }.first ?? .seconds(3600)
    }

    /// Writes the rows up to a time, in one rename: whoever reads meanwhile sees the old file or the new one.
    func write(until time: Int, to file: URL) throws {
        var text = containers.isEmpty ? "unique_id,ds,y\n" : "timestamp,container,cpu,memory\n"
        let format = Date.ISO8601FormatStyle()
        if containers.isEmpty {
            for one in series {
                for (when, value) in zip(one.times, one.values) where when <= time {
                    let stamp = Date(timeIntervalSince1970: Double(when)).formatted(format)
                    text += "\(TextOutput.csv(one.id)),\(stamp),\(value.isNaN ? "" : String(value))\n"
                }
            }
        } else {
            for container in containers {
                var rows: [Int: (cpu: String, memory: String)] = [:]
                for one in series where one.id.hasPrefix(container + "/") {
                    for (when, value) in zip(one.times, one.values) where when <= time && !value.isNaN {
                        if one.id.hasSuffix("/cpu") {
                            rows[when, default: ("", "")].cpu = String(value)
                        } else {
                            rows[when, default: ("", "")].memory = String(value)
                        }
                    }
                }
                for (when, row) in rows.sorted(by: { $0.key < $1.key }) {
                    let stamp = Date(timeIntervalSince1970: Double(when)).formatted(format)
                    text += "\(stamp),\(TextOutput.csv(container)),\(row.cpu),\(row.memory)\n"
                }
            }
        }
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// A series' name that says which resource of which container it is, such as `vm_1_cpu_mhz` or `web.memory_kb`.
struct WorkloadName {
    /// A core of the machines in the public traces that count CPU in MHz.
    static let megahertzPerCore = 2600.0

    private let container: String
    private let resource: String
    private let factor: Double

    private static let factors: [String: [String: Double]] = [
        "cpu": ["": 1, "cores": 1, "millicores": 0.001, "mhz": 1 / megahertzPerCore],
        "memory": [
            "": 1, "bytes": 1, "kb": 1024, "kib": 1024, "mb": 1_048_576, "mib": 1_048_576, "gb": 1_073_741_824,
            "gib": 1_073_741_824,
        ],
    ]

    init?(_ name: String) {
        let parts = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        guard let index = parts.lastIndex(where: { ["cpu", "mem", "memory"].contains($0) }), index > 0 else {
            return nil
        }
        resource = parts[index] == "cpu" ? "cpu" : "memory"
        guard let factor = Self.factors[resource]?[parts[(index + 1)...].joined()] else { return nil }
        self.factor = factor
        // A container's name is a DNS label.
        container = String(parts[..<index].joined(separator: "-").prefix(63))
    }

    func series(_ original: TimeSeries) -> TimeSeries {
        var series = original
        series.id = "\(container)/\(resource)"
        series.values = original.values.map { $0 * factor }
        return series
    }
}
