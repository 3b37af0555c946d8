import Glibc

/// What this process has used so far, for whoever sizes training pods.
enum ProcessUsage {
    /// `peak memory 212 MiB, 14.2 s of processor time`.
    static var text: String {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return "unknown" }
        let cpu = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        // Linux counts in KiB.
        return "peak memory \(usage.ru_maxrss / 1024) MiB, \((cpu * 10).rounded() / 10) s of processor time"
    }
}
