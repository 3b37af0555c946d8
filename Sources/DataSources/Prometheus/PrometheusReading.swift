import ForecastEngine

/// One read of a workload's history, step by step: whose pods, their usage, what is wrong with it, and the series.
struct PrometheusReading {
    let source: PrometheusHistory
    let client: PrometheusClient
    /// The first point.
    let start: Int
    /// The last point.
    let end: Int
    var assembler = WorkloadAssembler()
    /// What the server warned of first: some store did not take part in an answer.
    private(set) var warning: String?

    init(source: PrometheusHistory, client: PrometheusClient, start: Int, end: Int) {
        self.source = source
        self.client = client
        self.start = start
        self.end = end
    }

    private static let cpuField = "\(PrometheusHistory.field).cpuQuery"
    private static let memoryField = "\(PrometheusHistory.field).memoryQuery"

    /// Days that earlier runs have read.
    private var kept: RangeCache? {
        source.cache.map {
            RangeCache(cache: $0, server: "\(client.url)\n\(source.tenant ?? "")", asOf: source.asOf)
        }
    }

    mutating func history() async throws -> History {
        defer { source.cache?.trim() }
        let queries = try await readyMade()
        let cpu = try query(source.cpuQuery, queries?.cpu, field: Self.cpuField)
        let memory = try query(source.memoryQuery, queries?.memory, field: Self.memoryField)

        let usage = try await (
            cpu: read(cpu), memory: read(memory)
        )
        if usage.cpu.isEmpty, usage.memory.isEmpty {
            throw await nothing(queries, query: cpu ?? memory)
        }
        for (grid, query) in [(usage.cpu, cpu), (usage.memory, memory)] where grid.isEmpty {
            if let query { assembler.report.note(.emptySeries, example: "\(query.field) returns nothing") }
        }
        var context: [UsageGrid] = []
        if let queries {
            // What judges the usage is not worth a failed training: without it nothing is left out.
            for expression in [queries.started, queries.cpuLimit, queries.memoryLimit] {
                context.append(try await readContext(expression))
            }
        }
        let limits =
            context.count == 3
            ? (cpu: context[1], memory: context[2]) : (cpu: UsageGrid(), memory: UsageGrid())
        try check(usage.cpu, limit: limits.cpu, resource: .cpu)
        try check(usage.memory, limit: limits.memory, resource: .memory)

        for container in Self.containers(usage.cpu, usage.memory) { add(container, usage, context) }
        guard !assembler.series.isEmpty else { throw await nothing(queries, query: cpu ?? memory) }
        let covered = try leavingOutSparse(assembler.series, own: queries == nil)
        try checkEnd(covered)
        assembler.report.rows = [usage.cpu, usage.memory].map(\.count).reduce(0, +)
        return History(series: covered, meaning: usage.cpu.hasPods ? .allPods : .busiestPod, report: assembler.report)
    }

    // MARK: Queries

    /// The ready-made queries for the target's pods; nil where there is no target.
    private mutating func readyMade() async throws -> WorkloadQueries? {
        guard let target = source.target else {
            guard source.cpuQuery != nil || source.memoryQuery != nil else {
                throw DataError(
                    .invalidQuery, "without a target there is no ready-made query; give cpuQuery or memoryQuery",
                    source: client.name, field: Self.cpuField)
            }
            return nil
        }
        let membership = try await PodMembership.read(
            client: client, target: target, labels: source.matchLabels, from: start, through: end)
        if let warning = membership.warning { assembler.report.note(.warning, example: warning) }
        return WorkloadQueries(
            namespace: target.namespace, pods: membership.matchers, containers: target.containers,
            labels: source.matchLabels, step: source.step)
    }

    private func query(_ own: String?, _ readyMade: String?, field: String) throws(DataError) -> RangeReader.Query? {
        guard let expression = own ?? readyMade else { return nil }
        return RangeReader.Query(expression: expression, field: field, isReadyMade: own == nil)
    }

    private mutating func read(_ query: RangeReader.Query?) async throws -> UsageGrid {
        guard let query else { return UsageGrid() }
        var reader = RangeReader(client: client, step: source.step)
        let result = try await reader.read(query, from: start, through: end, kept: kept)
        note(result)
        return try UsageGrid(
            result.series, start: start, step: source.step,
            containerLabel: query.isReadyMade ? "container" : source.containerLabel,
            podLabel: query.isReadyMade ? "pod" : source.podLabel, field: query.field, source: client.name)
    }

    private mutating func readContext(_ expression: String) async throws -> UsageGrid {
        do {
            return try await read(
                RangeReader.Query(expression: expression, field: PrometheusHistory.field, isReadyMade: true))
        } catch let error as DataError where error.code != .accessDenied && error.code != .requestFailed {
            assembler.report.note(.warning, example: error.message)
            return UsageGrid()
        }
    }

    private mutating func note(_ result: RangeReader.Result) {
        for text in result.warnings { assembler.report.note(.partial, example: client.excerpt(text)) }
        for text in result.remarks { assembler.report.note(.warning, example: client.excerpt(text)) }
        warning = warning ?? result.warnings.first.map(client.excerpt)
        if let failure = result.cacheFailure {
            assembler.report.note(.warning, example: "the history is not kept for the next run: \(failure)")
        }
        let infinite = result.series.map(\.infinite).reduce(0, +)
        if infinite > 0 {
            assembler.report.note(.notFinite, count: infinite, example: "\(result.series.count) series of the answer")
        }
    }

    /// Why there is nothing: asks the server where the trail ends.
    private func nothing(_ queries: WorkloadQueries?, query: RangeReader.Query?) async -> DataError {
        let own = queries == nil || source.cpuQuery != nil || source.memoryQuery != nil
        var message = "returns nothing from \(Moment.text(start)) to \(Moment.text(end))"
        if own || source.target == nil {
            message += "; try it in the server's own page, with a step of \(source.step) s"
        } else if let target = source.target {
            message += "; " + (await MissingUsage.explain(client: client, target: target, source, at: end))
        }
        return DataError(.noData, message, source: client.name, field: query?.field ?? Self.cpuField)
    }

    // MARK: Series

    /// Adds a container: its pods, and as it stands what a query says that tells no pods apart. That is of the busiest pod,
    /// and no further pod beside those that another query tells.
    private mutating func add(_ container: String, _ usage: (cpu: UsageGrid, memory: UsageGrid), _ context: [UsageGrid])
    {
        let none = UsageGrid()
        let (cpu, memory) = (usage.cpu.hasPods, usage.memory.hasPods)
        let busiest = podUsage(
            .init(container: container, pod: ""), cpu ? none : usage.cpu, memory ? none : usage.memory, context)
        if !cpu, !usage.cpu.isEmpty { assembler.add(container, .cpu, times: busiest.times, values: busiest.cpu) }
        if cpu || memory {
            let told = (cpu: cpu ? usage.cpu : none, memory: memory ? usage.memory : none)
            let pods = Self.pods(told.cpu, told.memory, of: container).map {
                podUsage(.init(container: container, pod: $0), told.cpu, told.memory, context)
            }
            assembler.add(container, pods: pods, of: cpu ? memory ? [.cpu, .memory] : [.cpu] : [.memory])
        }
        if !memory, !usage.memory.isEmpty {
            assembler.add(container, .memory, times: busiest.times, values: busiest.memory)
        }
    }

    private static func containers(_ grids: UsageGrid...) -> [String] {
        Set(grids.flatMap { $0.rows.keys.map(\.container) }).sorted()
    }

    private static func pods(_ cpu: UsageGrid, _ memory: UsageGrid, of container: String) -> [String] {
        let keys = Set(cpu.rows.keys).union(memory.rows.keys)
        return keys.filter { $0.container == container }.map(\.pod).sorted()
    }

    private func podUsage(
        _ key: UsageGrid.Key, _ cpu: UsageGrid, _ memory: UsageGrid, _ context: [UsageGrid]
    ) -> PodUsage {
        let (cpu, memory) = (cpu.rows[key], memory.rows[key])
        let first = min(cpu?.first ?? .max, memory?.first ?? .max)
        let last = max(cpu?.last ?? .min, memory?.last ?? .min)
        // Steps without any value have no row: whether a pod was silent or gone is for the combiner to tell.
        let steps =
            first > last ? [] : (first...last).filter { !(cpu?[$0] ?? .nan).isNaN || !(memory?[$0] ?? .nan).isNaN }
        func values(_ row: UsageGrid.Row?) -> [Double] { steps.map { row?[$0] ?? .nan } }
        var usage = PodUsage(
            pod: key.pod, times: steps.map { start + $0 * source.step }, cpu: values(cpu), memory: values(memory))
        if context.count == 3 {
            usage.started = values(context[0].rows[key])
            usage.cpuLimit = values(context[1].rows[key])
            usage.memoryLimit = values(context[2].rows[key])
        }
        return usage
    }
}
