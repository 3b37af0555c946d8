import Glibc

/// How many connections the process' transfers have open at once; a transfer above that waits until one of them is free.
///
/// Without a limit a burst of requests takes every descriptor that the process may have open, and then not only requests fail,
/// with words about the network, but whatever opens a file.
public enum ConnectionLimit {
    /// A third of the descriptors that the process may have open by its limit as it is now: a third is left for connections
    /// that others open to it, and a third for files.
    public static var current: Int {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return 1024 / 3 }
        return max(8, Int(clamping: min(limits.rlim_cur, 1 << 20)) / 3)
    }

    /// How many of them streams may hold at once; the rest is for requests, which streams would keep waiting without end.
    public static var ofStreams: Int { current * 3 / 4 }
}
