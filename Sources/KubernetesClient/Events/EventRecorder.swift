import Foundation
public import Logging
public import ServiceLifecycle

/// Writes Events on objects, without making anybody wait.
///
/// As client-go's recorder: the same event again raises a count; more than ten events of one kind within ten minutes
/// that differ in their text become one; and an object gets 25 events at once and one in five minutes after that.
/// Events that nobody writes fast enough are dropped, oldest first.
public final class EventRecorder: Service {
    /// Whether all is well.
    public enum Severity: String, Sendable, Hashable {
        /// It is.
        case normal = "Normal"
        /// Somebody should look.
        case warning = "Warning"
    }

    struct Item: Sendable {
        var reference: JSONValue
        var namespace: String
        var severity: Severity
        var reason: String
        var message: String
        var date: Date
    }

    private let client: KubernetesClient
    private let component: String
    private let instance: String
    private let logger: Logger
    private let stream: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation

    /// A recorder; it writes while it runs.
    ///
    /// - Parameters:
    ///   - component: Who reports, such as `presage`.
    ///   - instance: Which process of it, such as the pod's name.
    public init(
        client: KubernetesClient,
        component: String,
        instance: String = "",
        logger: Logger = Logger(label: "presage.events")
    ) {
        self.client = client
        self.component = component
        self.instance = instance
        self.logger = logger
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
    }

    /// Reports something that happened to an object.
    ///
    /// - Parameters:
    ///   - reason: A word in CamelCase for programs, at most 128 characters.
    ///   - message: A sentence for people, at most 1024 characters; longer ones are cut.
    public func record(
        _ object: some KubernetesResource,
        _ severity: Severity,
        reason: String,
        message: String
    ) {
        let definition = object.resourceDefinition
        var reference: JSONValue = [
            "apiVersion": .string(definition.apiVersion), "kind": .string(definition.kind),
            "name": .string(object.metadata.name),
        ]
        if let namespace = object.metadata.namespace { reference["namespace"] = .string(namespace) }
        if let uid = object.metadata.uid { reference["uid"] = .string(uid) }
        if let version = object.metadata.resourceVersion { reference["resourceVersion"] = .string(version) }
        continuation.yield(
            Item(
                reference: reference,
                namespace: object.metadata.namespace ?? "default",
                severity: severity,
                reason: String(reason.prefix(128)),
                message: message.count > 1024 ? message.prefix(1021) + "..." : message,
                date: client.time.now()
            )
        )
    }

    /// Writes events until the task is cancelled or a graceful shutdown begins; then those already reported are written.
    public func run() async throws {
        var correlator = EventCorrelator()
        await withGracefulShutdownHandler {
            for await item in stream {
                guard let decision = correlator.decide(item) else { continue }
                do {
                    try await write(decision)
                } catch {
                    logger.debug("an event could not be written: \(error)", metadata: ["reason": "\(item.reason)"])
                }
            }
        } onGracefulShutdown: {
            self.continuation.finish()
        }
    }

    private func write(_ decision: EventCorrelator.Decision) async throws {
        let item = decision.item
        let last: JSONValue = .string(Timestamp(item.date).description)
        if decision.count > 1 {
            let patch: JSONValue = [
                "count": .int(Int64(decision.count)), "lastTimestamp": last, "message": .string(item.message),
            ]
            do {
                let _: Event = try await client.patch(
                    Event.self,
                    decision.name,
                    namespace: item.namespace,
                    .merge(patch)
                )
                return
            } catch let error as KubernetesError where error.isNotFound {
                // The server forgets events after an hour: it is written anew.
            }
        }
        var event = Event(metadata: ObjectMeta(name: decision.name, namespace: item.namespace))
        event["involvedObject"] = item.reference
        event["type"] = .string(item.severity.rawValue)
        event["reason"] = .string(item.reason)
        event["message"] = .string(item.message)
        event["count"] = .int(Int64(decision.count))
        event["firstTimestamp"] = .string(Timestamp(decision.first).description)
        event["lastTimestamp"] = last
        event["source", "component"] = .string(component)
        event["reportingComponent"] = .string(component)
        event["reportingInstance"] = .string(instance)
        _ = try await client.create(event)
    }
}
