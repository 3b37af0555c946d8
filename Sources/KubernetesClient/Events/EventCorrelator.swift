import Foundation

/// Decides which events are written, and as what: purely, so that it can be tested without a server.
struct EventCorrelator {
    /// What to write.
    struct Decision: Sendable {
        var item: EventRecorder.Item
        /// The Event's name.
        var name: String
        /// How often it happened; 1 for a new Event.
        var count: Int
        /// When it first happened.
        var first: Date
    }

    private struct Same: Hashable {
        var object: JSONValue
        var severity: EventRecorder.Severity
        var reason: String
        var message: String
    }

    private struct Known {
        var name: String
        var count: Int
        var first: Date
    }

    private struct Similar {
        var messages: Set<String> = []
        var last: Date
    }

    private struct Bucket {
        var tokens: Double
        var filled: Date
    }

    private static let similarLimit = 10
    private static let similarWindow: TimeInterval = 600
    private static let burst = 25.0
    private static let refill = 1.0 / 300

    private var known = RecentValues<Same, Known>()
    private var similar = RecentValues<Same, Similar>()
    private var buckets = RecentValues<JSONValue, Bucket>()

    /// How much is remembered.
    var size: Int { known.count + similar.count + buckets.count }

    /// What to write for an item; nil for nothing.
    mutating func decide(_ item: EventRecorder.Item) -> Decision? {
        var item = item
        var object = item.reference
        object["resourceVersion"] = nil
        guard take(from: object, item.date) else { return nil }
        if isOneOfMany(item, object) { item.message = "(combined from similar events): " + item.message }
        let combined = item.message.hasPrefix("(combined")
        let same = Same(
            object: object,
            severity: item.severity,
            reason: item.reason,
            message: combined ? "(combined)" : item.message
        )
        if var entry = known[same] {
            entry.count += 1
            known[same] = entry
            return Decision(item: item, name: entry.name, count: entry.count, first: entry.first)
        }
        let stamp = String(UInt64(max(0, item.date.timeIntervalSince1970 * 1e9)) &+ UInt64(known.count), radix: 16)
        let name = "\((object["name"]?.stringValue ?? "object").prefix(230)).\(stamp)"
        known[same] = Known(name: name, count: 1, first: item.date)
        return Decision(item: item, name: name, count: 1, first: item.date)
    }

    private mutating func take(from object: JSONValue, _ now: Date) -> Bool {
        var bucket = buckets[object] ?? Bucket(tokens: Self.burst, filled: now)
        let elapsed = max(0, now.timeIntervalSince(bucket.filled))
        bucket.tokens = min(Self.burst, bucket.tokens + elapsed * Self.refill)
        bucket.filled = now
        let allowed = bucket.tokens >= 1
        if allowed { bucket.tokens -= 1 }
        buckets[object] = bucket
        return allowed
    }

    private mutating func isOneOfMany(_ item: EventRecorder.Item, _ object: JSONValue) -> Bool {
        let group = Same(object: object, severity: item.severity, reason: item.reason, message: "")
        var entry = similar[group] ?? Similar(last: item.date)
        if item.date.timeIntervalSince(entry.last) > Self.similarWindow { entry.messages = [] }
        entry.last = item.date
        if entry.messages.count <= Self.similarLimit { entry.messages.insert(item.message) }
        similar[group] = entry
        return entry.messages.count > Self.similarLimit
    }
}
