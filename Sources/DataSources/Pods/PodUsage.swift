/// What one pod used of one container, as a source delivers it.
struct PodUsage {
    /// The pod's name; empty where the source does not tell.
    var pod: String
    /// Ascending, in seconds since 1970 UTC.
    var times: [Int]
    /// Cores, one a time; NaN where there is none.
    var cpu: [Double]
    /// Bytes, likewise.
    var memory: [Double]
    /// When the container that runs at that time was started, seconds since 1970; empty where the source does not tell.
    var started: [Double] = []
    /// The limit in cores; empty where the source does not tell, NaN where there is none.
    var cpuLimit: [Double] = []
    /// The limit in bytes, likewise.
    var memoryLimit: [Double] = []

    init(pod: String, times: [Int], cpu: [Double], memory: [Double]) {
        self.pod = pod
        self.times = times
        self.cpu = cpu
        self.memory = memory
    }

    /// The rows of a table with the columns CPU and memory.
    init(pod: String, rows: RawSeries) {
        self.init(pod: pod, times: rows.times, cpu: rows.values[0], memory: rows.values[1])
    }

    /// The usual distance between two rows in seconds; nil with fewer than two.
    var usualStep: Int? {
        var rows = RawSeries(columns: 0)
        rows.times = times
        return rows.usualStep
    }
}
