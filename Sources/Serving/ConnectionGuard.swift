import NIOCore
import NIOHTTP1

/// Ends a connection whose client keeps the server waiting, or wants no other answer.
///
/// hummingbird looks at none of these: a head that never ends, an answer that nobody takes, HTTP/1.0 and `Connection: Close`, after which
/// a client waits for the end. And it closes what is to be closed at once, with the part of an answer that is still on its way.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ConnectionLimits
    private let connections: OpenConnections
    private var context: ChannelHandlerContext?
    private var phase = OpenConnections.Phase.waiting(since: .now())
    /// The requests whose answers have not been sent whole.
    private var unanswered = 0
    /// Whether the end of an answer is on its way.
    private var isLeaving = false
    private var endsAfterAnswer = false
    /// Until when the last answer may be on its way, once the connection or the server is to end.
    private var lastMoment: NIODeadline?
    /// Whoever waits for the end that was put off until the answer is sent.
    private var closing: EventLoopPromise<Void>?
    private var timer: (time: NIODeadline, task: Scheduled<Void>)?

    init(limits: ConnectionLimits, connections: OpenConnections) {
        self.limits = limits
        self.connections = connections
    }

    // MARK: What happens to the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let guarded = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        // Later in any case: a connection that is one too many is still being set up.
        connections.add(ObjectIdentifier(self)) { eventLoop.execute { guarded.value.end() } }
        enter(.waiting(since: .now()))
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }

    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            endsAfterAnswer = true
            hurry()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            unanswered += 1
            // HTTP/1.0 goes on only where that is said in the answer too.
            if !head.isKeepAlive || head.version.minor < 1 { endsAfterAnswer = true }
            if unanswered == 1 { enter(.answering) }
        }
        context.fireChannelRead(data)
    }

    // MARK: What the server does with it

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            // What is no request leaves something unread, at whose end the client would lose the answer.
            if unanswered > 0, !head.isKeepAlive { endsAfterAnswer = true }
            if endsAfterAnswer { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            let bytes = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
            enter(.sending(since: .now(), bytes: bytes))
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            isLeaving = true
            let sent = promise ?? context.eventLoop.makePromise()
            let guarded = NIOLoopBound(self, eventLoop: context.eventLoop)
            sent.futureResult.whenComplete { _ in guarded.value.isSent() }
            context.write(data, promise: sent)
        default:
            context.write(data, promise: promise)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, isLeaving else { return context.close(mode: mode, promise: promise) }
        // NIO drops what has not been sent.
        if let closing {
            closing.futureResult.cascade(to: promise)
        } else {
            closing = promise ?? context.eventLoop.makePromise()
        }
        hurry()
    }

    private func isSent() {
        isLeaving = false
        unanswered = max(0, unanswered - 1)
        guard let context else { return }
        if let closing {
            self.closing = nil
            context.close(mode: .all, promise: closing)
        } else if endsAfterAnswer, unanswered == 0 {
            context.close(mode: .all, promise: nil)
        } else {
            enter(unanswered == 0 ? .waiting(since: .now()) : .answering)
        }
    }

    // MARK: How long it takes

    private func enter(_ phase: OpenConnections.Phase) {
        self.phase = phase
        connections.note(phase, of: ObjectIdentifier(self))
        watch()
    }

    /// When the client has kept the server waiting for too long; nil while the server keeps the client waiting.
    private var deadline: NIODeadline? {
        switch phase {
        case .waiting(let since): since + limits.request
        case .answering: nil
        case .sending(let since, _): min(since + limits.answer, lastMoment ?? .distantFuture)
        }
    }

    private func hurry() {
        lastMoment = lastMoment ?? .now() + limits.farewell
        watch()
    }

    /// A timer that comes too early is set again; one that comes too late is replaced.
    private func watch() {
        guard let deadline, let context else { return }
        if let timer {
            guard deadline < timer.time else { return }
            timer.task.cancel()
        }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            if let deadline = self.deadline, deadline <= .now() { self.end() } else { self.watch() }
        }
        timer = (deadline, task)
    }

    private func end() {
        let promise = closing
        closing = nil
        context?.close(mode: .all, promise: promise)
    }

    private func forget() {
        connections.remove(ObjectIdentifier(self))
        timer?.task.cancel()
        timer = nil
        context = nil
        closing?.succeed()
        closing = nil
    }
}
