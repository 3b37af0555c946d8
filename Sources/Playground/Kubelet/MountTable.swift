/// Where the paths of a container lie in its sandbox.
///
/// A process is not confined: it sees the machine's files. So paths below mounts are rewritten where they are handed
/// to it, in arguments (at the start, or after the first `=`) and in values of the environment.
struct MountTable: Sendable, Hashable {
    /// Container path and local path, the longest container path first.
    private(set) var mounts: [(container: String, local: String)] = []

    init() {}

    mutating func add(_ container: String, _ local: String) {
        var path = container
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        mounts.append((path, local))
        mounts.sort { $0.container.utf8.count > $1.container.utf8.count }
    }

    /// The local path for a text that is a path at or below a mount; the text itself otherwise.
    func rewritten(_ text: String) -> String {
        for mount in mounts {
            if text == mount.container { return mount.local }
            if text.hasPrefix(mount.container + "/") { return mount.local + text.dropFirst(mount.container.count) }
        }
        return text
    }

    /// An argument: a path, or `--option=path`.
    func rewrittenArgument(_ text: String) -> String {
        let whole = rewritten(text)
        guard whole == text, let (option, value) = text.cut("=") else { return whole }
        return option + "=" + rewritten(value)
    }

    static func == (left: MountTable, right: MountTable) -> Bool {
        left.mounts.elementsEqual(right.mounts) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        for mount in mounts {
            hasher.combine(mount.container)
            hasher.combine(mount.local)
        }
    }
}
