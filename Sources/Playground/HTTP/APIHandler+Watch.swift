import Foundation
import KubernetesClient

extension APIHandler {
    /// Starts a watch: what has been first, then what happens, until its time is over.
    func watch(_ path: ResourcePath, _ request: APIRequest) throws(APIError) -> APIResponse {
        let scope = try scope(path, request)
        let wantsInitial = request.flag("sendInitialEvents")
        let bookmarks = request.flag("allowWatchBookmarks")
        let version = request.query["resourceVersion"] ?? ""
        guard let from = version.isEmpty ? 0 : Int(version) else {
            throw .invalid(
                kind: "ListOptions", group: "meta.k8s.io", "",
                [.invalid("resourceVersion", .string(version), "it is no number")])
        }
        if wantsInitial, request.query["resourceVersionMatch"] != "NotOlderThan" {
            throw .invalid(
                kind: "ListOptions", group: "meta.k8s.io", "",
                [
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                    )
                ])
        }
        let session = WatchSession(
            scope: scope, media: MediaType(accept: request.accept), included: included(request), now: cluster.now)
        let (signals, continuation) = AsyncStream<WatchHub.Signal>.makeStream()
        let start = begin(scope, from: from, wantsInitial: wantsInitial, continuation)
        let seconds = request.query["timeoutSeconds"].flatMap { Int($0) } ?? 0
        let feed = WatchFeed(
            session: session, start: start, endsInitialWithBookmark: wantsInitial && bookmarks, signals: signals,
            continuation: continuation, cluster: cluster, hub: watches,
            timeout: .seconds(seconds > 0 ? seconds : 1800), bookmarkInterval: bookmarks ? bookmarkInterval : nil)
        return APIResponse(contentType: "application/json;stream=watch", body: .stream(feed.stream()))
    }

    /// The backlog and the subscription, as one step.
    private func begin(
        _ scope: ListScope, from: Int, wantsInitial: Bool, _ continuation: AsyncStream<WatchHub.Signal>.Continuation
    ) -> WatchFeed.Start {
        let resource = scope.type.key
        return cluster.with { state in
            var start = WatchFeed.Start(revision: state.revision)
            if from > 0, !wantsInitial {
                if from < state.compactedRevision {
                    start.expired = "too old resource version: \(from) (\(state.compactedRevision + 1))"
                    return start
                }
                start.backlog = state.history.filter { $0.revision > from && $0.key.resource == resource }
            } else {
                start.initial = state.select(scope)
            }
            start.observer = state.observe { event in
                if event.key.resource == resource { continuation.yield(.event(event)) }
            }
            return start
        }
    }
}

/// Runs one watch: turns signals into lines.
struct WatchFeed: Sendable {
    /// Where the watch begins.
    struct Start: Sendable {
        var revision: Int
        var initial: [JSONValue] = []
        var backlog: [StoredEvent] = []
        var observer: Int?
        var expired: String?
    }

    var session: WatchSession
    var start: Start
    var endsInitialWithBookmark: Bool
    var signals: AsyncStream<WatchHub.Signal>
    var continuation: AsyncStream<WatchHub.Signal>.Continuation
    var cluster: Cluster
    var hub: WatchHub
    var timeout: Duration
    var bookmarkInterval: Duration?

    func stream() -> AsyncStream<APIResponse.StreamPart> {
        let (parts, output) = AsyncStream<APIResponse.StreamPart>.makeStream()
        let task = Task { await run(output) }
        output.onTermination = { _ in task.cancel() }
        return parts
    }

    private func run(_ output: AsyncStream<APIResponse.StreamPart>.Continuation) async {
        let id = hub.add(continuation)
        let timers = [
            Task { [continuation, timeout] in
                try? await Task.sleep(for: timeout)
                continuation.yield(.end)
            },
            Task { [continuation, bookmarkInterval, cluster] in
                guard let bookmarkInterval else { return }
                while !Task.isCancelled {
                    try? await Task.sleep(for: bookmarkInterval)
                    // Under the lock: every change up to this revision stands before it in the stream.
                    cluster.with { state in _ = continuation.yield(.bookmark(state.revision)) }
                }
            },
        ]
        await lines(output)
        for timer in timers { timer.cancel() }
        hub.remove(id)
        if let observer = start.observer { cluster.stopObserving(observer) }
        continuation.finish()
        output.finish()
    }

    private func lines(_ output: AsyncStream<APIResponse.StreamPart>.Continuation) async {
        var session = session
        if let expired = start.expired {
            output.yield(.bytes(WatchSession.bytes("ERROR", APIError.expired(expired).status)))
            return
        }
        for object in start.initial { output.yield(.bytes(session.line("ADDED", object))) }
        if endsInitialWithBookmark { output.yield(.bytes(session.bookmark(start.revision, endsInitial: true))) }
        var seen = start.revision
        var isMute = false
        for event in start.backlog {
            if let line = session.line(event) { output.yield(.bytes(line)) }
        }
        for await signal in signals {
            if Task.isCancelled { return }
            if isMute, case .end = signal { return }
            if isMute { continue }
            switch signal {
            case .event(let event):
                seen = max(seen, event.revision)
                if let line = session.line(event) { output.yield(.bytes(line)) }
            case .bookmark(let revision):
                seen = revision
                output.yield(.bytes(session.bookmark(revision)))
            case .end:
                if bookmarkInterval != nil { output.yield(.bytes(session.bookmark(seen))) }
                return
            case .cut:
                output.yield(.bytes(Array("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"".utf8)))
                output.yield(.cut)
                return
            case .garble:
                output.yield(.bytes(Array("{\"type\":\"MODIFIED\",\"object\":{\"kind\":}}\n".utf8)))
                return
            case .mute: isMute = true
            case .expire:
                let error = APIError.expired("The resourceVersion for the provided watch is too old.")
                output.yield(.bytes(WatchSession.bytes("ERROR", error.status)))
                return
            }
        }
    }
}
