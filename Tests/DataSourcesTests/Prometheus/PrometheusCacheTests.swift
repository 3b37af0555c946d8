import ForecastEngine
import Foundation
import TestServers
import Testing

@testable import DataSources

/// Days that were read before are not asked for again, and the history is the one that a whole read gives.
@Suite(.serialized, .enabled(if: PrometheusServer.isInstalled, "Prometheus is not installed"))
struct PrometheusCacheTests {
    /// Two servers with one past: the second has a day more, and two hours of one pod that came late to the first.
    private func with(
        _ body: (_ gate: TCPGate, _ replace: () -> Void, _ folder: URL) async throws -> Void
    ) async throws {
        func shop(days: Int, late: Bool) -> ShopMetrics {
            var shop = ShopMetrics(days: days, interval: 300, end: ShopMetrics.end + (days - 5) * 86_400)
            for (index, pod) in ShopMetrics.pods.prefix(2).enumerated() {
                let until = late && index == 0 ? ShopMetrics.end - 7200 : nil
                shop.addCPU(shop.labels(pod), until: until) { ShopMetrics.cores(pod: index, at: $0) }
                shop.addMemory(shop.labels(pod), until: until) { ShopMetrics.bytes(pod: index, at: $0) }
            }
            return shop
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-cache-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await PrometheusServer.with(history: shop(days: 5, late: true).text) { first in
            try await PrometheusServer.with(history: shop(days: 6, late: false).text) { second in
                let ports = try [first, second].map { try #require(URL(string: $0.url)?.port) }
                try await TCPGate.with(target: ports[0]) { gate in
                    try await body(gate, { gate.lead(to: ports[1]) }, folder)
                }
            }
        }
    }

    private func source(_ gate: TCPGate, _ folder: URL?, asOf: Int = ShopMetrics.end) -> PrometheusHistory {
        var source = ShopMetrics.source("http://127.0.0.1:\(gate.port)", days: 5)
        source.asOf = asOf
        source.cache = folder.map { SourceCache(path: $0.path) }
        return source
    }

    private func files(_ folder: URL) -> [URL] {
        (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    }

    /// Every point to the last bit, missing ones too.
    private func read(_ source: PrometheusHistory) async throws -> [String: [UInt64]] {
        var points: [String: [UInt64]] = [:]
        for series in try await source.read().series {
            points[series.id] = series.times.map(UInt64.init) + series.values.map(\.bitPattern)
            for (name, values) in series.columns { points["\(series.id) \(name)"] = values.map(\.bitPattern) }
        }
        return points
    }

    /// The first moment that the usage's range queries ask for.
    private func firstAsked(_ requests: [String]) -> Int? {
        requests.filter { $0.contains("query_range") && $0.contains("container_cpu_usage") }
            .compactMap { $0.firstMatch(of: /start=(\d+)/).flatMap { Int($0.1) } }.min()
    }

    @Test func `the second run asks for the new days alone, and has the same history as one that reads everything`()
        async throws
    {
        try await with { gate, replace, folder in
            let whole = try await read(source(gate, nil))
            let cold = gate.traffic()
            #expect(try await read(source(gate, folder)) == whole)
            _ = gate.traffic()
            #expect(!files(folder).isEmpty)

            // The same again: the day that is not over, and what the overlap reaches back to.
            #expect(try await read(source(gate, folder)) == whole)
            let warm = gate.traffic()
            #expect(firstAsked(cold.requests) == ShopMetrics.end - 5 * 86_400 + 300)
            let today = ShopMetrics.end / 86_400 * 86_400
            #expect(firstAsked(warm.requests) == today)
            #expect(warm.bytes * 3 < cold.bytes, "\(warm.bytes) of \(cold.bytes) bytes")

            // A day later, on a server with late samples of the day before.
            replace()
            let next = ShopMetrics.end + 86_400
            let expected = try await read(source(gate, nil, asOf: next))
            _ = gate.traffic()
            let warmer = try await read(source(gate, folder, asOf: next))
            #expect(warmer == expected)
            #expect(warmer != whole)
            #expect(firstAsked(gate.traffic().requests) == today)
            // The window has moved on: its first day is cut to where it begins.
            let times = warmer.filter { !$0.key.contains(" ") }.values.compactMap(\.first)
            #expect(!times.isEmpty && times.allSatisfy { $0 > UInt64(next - 5 * 86_400) })
        }
    }

    @Test func `a part that was cut or changed is asked for again`() async throws {
        try await with { gate, _, folder in
            let whole = try await read(source(gate, folder))
            for (index, file) in files(folder).enumerated() {
                var bytes = try Data(contentsOf: file)
                if index % 2 == 0 { bytes.removeLast(9) } else { bytes[bytes.count / 2] ^= 1 }
                try bytes.write(to: file)
            }
            _ = gate.traffic()
            #expect(try await read(source(gate, folder)) == whole)
            #expect(firstAsked(gate.traffic().requests) == (ShopMetrics.end - 5 * 86_400) / 86_400 * 86_400)
            #expect(try await read(source(gate, folder)) == whole)
        }
    }

    @Test func `another query, step, tenant or server has parts of its own`() async throws {
        try await with { gate, _, folder in
            _ = try await read(source(gate, folder))
            let count = files(folder).count
            var other = source(gate, folder)
            other.tenant = "b"
            _ = try await other.read()
            #expect(files(folder).count == 2 * count)
            other = source(gate, folder)
            other.step = 600
            _ = try await other.read()
            #expect(files(folder).count == 3 * count)
            other = source(gate, folder)
            other.url = "http://localhost:\(gate.port)"
            _ = try await other.read()
            #expect(files(folder).count == 4 * count)
        }
    }

    @Test func `an answer that a store is missing from is kept by nobody, and one with remarks on the query is`()
        async throws
    {
        guard MetricsProxy.isInstalled else { return }
        var shop = ShopMetrics(days: 3, interval: 300)
        shop.addWeb(pods: 1)
        try await PrometheusServer.with(history: shop.text) { server in
            try await MetricsProxy.with(server) { proxy in
                let folder = FileManager.default.temporaryDirectory.appending(
                    path: "presage-cache-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                for (mode, isKept) in [("partial", false), ("storages", false), ("remarks", true)] {
                    var source = ShopMetrics.source("\(proxy.url)/\(mode)", days: 3)
                    source.cache = SourceCache(path: folder.path)
                    let history = try await source.read()
                    #expect(history.report.findings.contains { $0.kind == (isKept ? .warning : .partial) }, "\(mode)")
                    #expect(files(folder).isEmpty != isKept, "\(mode)")
                }
            }
        }
    }

    @Test func `a folder that cannot be written costs a finding and no training`() async throws {
        try await with { gate, _, folder in
            try Data().write(to: folder)
            let history = try await source(gate, folder).read()
            #expect(try await read(source(gate, folder)) == (try await read(source(gate, nil))))
            #expect("\(history.report)".contains("not kept for the next run"))
        }
    }

    @Test func `the folder stays below its size, and what was used longest ago goes first`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "presage-cache-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let cache = SourceCache(path: folder.path, maximumBytes: 3500)
        for (index, question) in ["a", "b", "c", "d"].enumerated() {
            try cache.write([UInt8](repeating: 7, count: 1000), question)
            for file in files(folder)
            where try file.resourceValues(forKeys: [.contentModificationDateKey])
                .contentModificationDate ?? .now > Date(timeIntervalSinceNow: -100)
            {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: Double(index) * 100 - 10_000)],
                    ofItemAtPath: file.path)
            }
        }
        try Data("a note of somebody else's, which is none of ours".utf8).write(to: folder.appending(path: "notes.txt"))
        #expect(cache.read("a") != nil)
        cache.trim()
        #expect(cache.read("b") == nil && cache.read("a") != nil && cache.read("c") != nil && cache.read("d") != nil)
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "notes.txt").path))
    }

    @Test func `bytes that are no part are refused, however they are mangled`() throws {
        let part = RangeCache.Part(start: 86_400, span: 86_400, step: 300)
        var series = PrometheusAnswer.Series()
        series.labels = ["container": "web", "pod": "ü"]
        series.times = [86_400, 86_700, 172_500]
        series.values = [1.5, .nan, -0.0]
        let bytes = RangeCache.encode([series], part)
        let read = try #require(RangeCache.decode(bytes, part))
        #expect(read[0].labels == series.labels && read[0].times == series.times)
        #expect(read[0].values.map(\.bitPattern) == series.values.map(\.bitPattern))
        for count in 0..<bytes.count { #expect(RangeCache.decode(Array(bytes.prefix(count)), part)?.count == nil) }
        #expect(RangeCache.decode(bytes + [0], part)?.count == nil)
        #expect(RangeCache.decode([255, 255, 255, 255], part)?.count == nil)
    }
}
