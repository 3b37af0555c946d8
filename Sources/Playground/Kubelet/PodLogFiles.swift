import Foundation

/// The logs of containers as files: `<directory>/<pod uid>/logs/<container>.log`.
struct PodLogFiles: PodLogs {
    var directory: URL

    func file(uid: String, container: String, previous: Bool = false) -> URL {
        directory.appending(path: uid).appending(path: "logs")
            .appending(path: container + (previous ? ".previous.log" : ".log"))
    }

    func text(_ query: PodLogQuery) -> String? {
        let file = file(uid: query.uid, container: query.container, previous: query.previous)
        guard let data = try? Data(contentsOf: file) else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let tail = query.tail else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let endsWithNewline = text.hasSuffix("\n")
        let kept = lines.dropLast(endsWithNewline ? 1 : 0).suffix(max(0, tail))
        return kept.joined(separator: "\n") + (endsWithNewline && !kept.isEmpty ? "\n" : "")
    }

    func follow(
        _ query: PodLogQuery, while isRunning: @escaping @Sendable () -> Bool
    ) -> AsyncStream<APIResponse.StreamPart> {
        let (parts, output) = AsyncStream<APIResponse.StreamPart>.makeStream()
        let file = file(uid: query.uid, container: query.container, previous: query.previous)
        let start = text(query) ?? ""
        let task = Task {
            var offset = (try? Data(contentsOf: file).count) ?? 0
            if !start.isEmpty { output.yield(.bytes(Array(start.utf8))) }
            while !Task.isCancelled {
                // Asked before reading: what a process wrote before it ended is read after it ended.
                let goesOn = isRunning()
                if let data = try? Data(contentsOf: file), data.count > offset {
                    output.yield(.bytes([UInt8](data[offset...])))
                    offset = data.count
                }
                if !goesOn { break }
                try? await Task.sleep(for: .milliseconds(100))
            }
            output.finish()
        }
        output.onTermination = { _ in task.cancel() }
        return parts
    }
}
